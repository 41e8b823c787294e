"""The kinds of systems of the seventh city: which are dead, which of those pretend, and which nobody can tell from the evidence."""

from __future__ import annotations

from typing import Literal

HarbourKind = Literal[
    # in use, though by few, by programs, at night, in one week of the month, or once in years
    "trio", "clientonly", "terminal", "meter", "monthend", "cycle", "nightduty", "video", "licence", "warm", "cold", "lookup",
    "leaving", "guest",
    # dead
    "sunset", "orphaned", "shelf", "botfed", "fatbackup", "pushed", "forwarding", "pilot", "assessed", "coach", "lodger", "stuck",
    "skipped", "widow",
    # dead, and made to look alive
    "loginbot", "burner", "lastweek", "selfping", "mirrored", "evenload",
    # the evidence does not decide
    "dim", "rarely", "disputed", "unopened",
]  # fmt: skip
GAMING = frozenset({"loginbot", "burner", "lastweek", "selfping", "mirrored", "evenload"})
DEAD = GAMING | {
    "sunset", "orphaned", "shelf", "botfed", "fatbackup", "pushed", "forwarding", "pilot", "assessed", "coach", "lodger", "stuck",
    "skipped", "widow",
}  # fmt: skip
UNDECIDED = frozenset({"dim", "rarely", "disputed", "unopened"})
# Whose evidence is in the access log: they have an address and stand behind the web front.
LOGGED = frozenset(
    {"loginbot", "selfping", "forwarding", "botfed", "disputed", "pushed", "clientonly", "terminal", "guest", "lodger", "assessed"}
)  # fmt: skip

# Why the truth is what it is. {shown} is what the ledger shows: the last login, the remark, or both.
REASONS: dict[str, str] = {
    # dead
    "sunset": "zombie: a province-wide system took its business on one day; {shown}; its machines show agents only",
    "orphaned": "zombie: its unit went in the reform of 2024 and nobody took it over or queries it; {shown}; its machines show agents only",
    "shelf": "zombie: built, accepted, never opened to its users; {shown}; its machines show agents only",
    "botfed": "zombie: only crawlers, health checks and scanners visit, as the access log shows; {shown}",
    "fatbackup": "zombie: hours of nightly backup are all its machines do; {shown}; nothing happens outside the backup window",
    "pushed": "zombie: an exchange job still delivers every night, nobody reads it, as its unit says; {shown}",
    "forwarding": "zombie: every request is answered by a redirect to the province's site (301 in the access log); {shown}",
    "pilot": "zombie: its pilot ended and was not continued; {shown}; its machines show agents only",
    "assessed": "zombie: the last logins are the assessors' (等保测评), as the ledger says; nobody else comes; {shown}",
    "coach": "zombie: a training copy of which no course was held for long; {shown}; its machines show agents only",
    "lodger": "zombie: nobody uses it; the machine it shares is busy for another system, as both ledger rows say; {shown}",
    "stuck": "zombie: its agent repeats one value since weeks, which is no measurement of use; {shown}",
    "skipped": "zombie: named after a season, but it was left out for two seasons at least, others' platforms serve it; {shown}",
    "widow": "zombie: a standby node whose main system was closed; nothing is replicated any more; {shown}",
    "off": "zombie: powered off for months, never handed back; {shown}",
    "declared": "zombie: the department itself says so",
    "loginbot": "zombie, gaming: a script logs in every day at one minute from one address and opens nothing but the first page; {shown}",
    "burner": "zombie, gaming: a program burns CPU in working hours, on public holidays as well, without any traffic; {shown}",
    "lastweek": "zombie, gaming: load and traffic begin nine days before the report, nothing before; {shown}",
    "selfping": "zombie, gaming: its own machine calls its own page, as the access log shows; {shown}",
    "mirrored": "zombie, gaming: its samples are another machine's of the week before; {shown}",
    "evenload": "zombie, gaming: the same artificial load at all hours of the quarter, without traffic; {shown}",
    # nobody can tell
    "dim": "undecidable: less than 80 % of the samples, and the row is blank",
    "rarely": "undecidable: a handful of look-ups in the quarter, but under contract and updated; some would keep it, some would not",
    "disputed": "undecidable: the row claims daily use, the access log and the machines show none; its unit has to be asked",
    "unopened": "undecidable: younger than three months and not opened yet, too early to say",
    "unmeasured": "undecidable: no samples, and the row is blank",
    "unmeasured-zombie": "undecidable: abandoned, but no samples and the row is blank",
    # alive
    "trio": "in use: three people on Wednesday afternoons; the last login is of these weeks",
    "clientonly": "in use: its staff works with a desktop client through the interface all day; traffic and requests in office hours",
    "terminal": "in use: self-service terminals in the halls call it whenever the halls are open",
    "meter": "in use: meters report at night, bills are made from them on the 25th; another system reads it",
    "monthend": "in use: it computes at the end of each month, months before as well",
    "cycle": "in use: needed every few years, kept ready under contract, as the row says",
    "nightduty": "in use: the duty room works with it at night and on weekends",
    "video": "in use: cameras stream into it all day and night",
    "licence": "in use: clients of other systems check their licence or time stamp with it in office hours, as the rows say",
    "warm": "in use: a standby that is replicated to all the time",
    "cold": "in use: a cold standby, powered off by design, under contract and with drills, as the row says",
    "lookup": "in use: an old version kept for look-up, read by its staff on many days",
    "leaving": "in use: new business goes to the province, what was begun is still finished here every day",
    "guest": "in use: people work with it every day, on a machine that it shares, as both rows say",
    "sso": "in use: entered through the city's portal, where logins are counted; traffic in office hours",
    "called": "in use: other systems read it all day",
    "test": "in use: a test copy that its vendor works on in some weeks",
    "emergency": "in use: kept for emergencies, with a drill in the quarter",
    "seasonal-on": "in use: in season",
    "seasonal-off": "in use: out of season, used in its last season",
    "new": "in use: new, and people work with it",
}
EVERYDAY = "in use: people or programs work with it every day"
