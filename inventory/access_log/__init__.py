"""Access logs of web servers: who came, people apart from machines, and who calls whom."""
