"""Which part of a text is code in Markdown: by CommonMark's rule, without the app's own code."""

import re


def outside_code(text: str) -> str:
    """The text without its code spans: the rest may become links, pictures, formulas, colours or icons.

    A code span begins at a run of backticks and ends at the next run of the same length; a run without such a
    partner is text. (A blank line would end a paragraph, and with it a span: a span must not hold one.)
    """
    rest, at = [], 0
    while at < len(text):
        run = re.compile("`+").match(text, at)
        if run is None:
            rest.append(text[at])
            at += 1
            continue
        partner = re.compile(f"(?<!`){run.group()}(?!`)").search(text, run.end())
        if partner is None or "\n\n" in text[run.end() : partner.start()]:
            rest.append(run.group())
            at = run.end()
        else:
            at = partner.end()
    return "".join(rest)


def code(text: str) -> list[str]:
    """The contents of the code spans of the text."""
    spans, rest = [], text
    while "`" in rest:
        run = re.search("`+", rest)
        partner = re.compile(f"(?<!`){run.group()}(?!`)").search(rest, run.end())
        if partner is None:
            rest = rest[run.end() :]
            continue
        inside = rest[run.end() : partner.start()]
        stripped = inside[1:-1] if inside[:1] == inside[-1:] == " " and inside.strip() else inside
        spans.append(stripped)
        rest = rest[partner.end() :]
    return spans


def outside_links(text: str) -> str:
    """The text as it is read: a link is only its words."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
