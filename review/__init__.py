"""AGREED: what people look at and answer, many at once: pages and workbooks that go out, answers that come back."""
