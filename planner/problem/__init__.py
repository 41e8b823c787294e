"""The planning problem's file: values, strict reading, references, cautions."""
