"""Files that a visitor sends: Streamlit's uploader, and their bytes, which the server forgets once they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import texts
from explorer.inputs import bounds
from explorer.inputs.quoting import quoted, visible

_words = texts.of("uploads")
_MOST_REFUSED = 1000  # visits
_refused: dict[str, int] = {}  # visit to how many of its files there was no room for, since its page last said so
# Keys of the session.
_SENT = "_files_sent"  # how many times files have been read, for each uploader
_SAID = "_problems_of"  # what was wrong with those that were read last


class Kept:
    """The files that Streamlit keeps, and the visits that are open: what ``web.uploads.Store`` asks for."""

    def is_open(self, visit: str) -> bool:
        """Whether there is such a visit, and its page is connected."""
        return runtime.exists() and runtime.get_instance().is_active_session(visit)

    def files(self) -> list[tuple[str, str, int]]:
        """Visit, name and bytes of every file that is kept."""
        if not runtime.exists():
            return []
        storage = runtime.get_instance().uploaded_file_mgr.file_storage
        return [
            (visit, name, len(file.data)) for visit, own in list(storage.items()) for name, file in list(own.items())
        ]

    def drop(self, visit: str, file: str) -> None:
        """Forget a file, if it is there."""
        runtime.get_instance().uploaded_file_mgr.remove_file(visit, file)

    def tidy(self, visit: str, file: str) -> None:
        """Give a file that has come a name of bearable length without control characters, of which Streamlit raises."""
        manager = runtime.get_instance().uploaded_file_mgr
        for kept in manager.get_files(visit, [file]):
            manager.add_file(visit, kept._replace(name=visible(kept.name[: 4 * bounds.FILE_NAME]), type=""))

    def refuse(self, visit: str) -> None:
        """Note that there was no room for a file of an open visit."""
        _refused[visit] = _refused.get(visit, 0) + 1
        while len(_refused) > _MOST_REFUSED:
            _refused.pop(next(iter(_refused)), None)


def uploader(
    label: str, types: Sequence[str], key: str, help: str | None = None, megabytes: int | None = None
) -> Iterator[tuple[str, bytes, float]]:
    """Streamlit's uploader; yields what was sent with it, once: the name of each file, as Markdown, its bytes, and the
    share of the files that has been read before it.

    The uploader is empty again in the next run: what it gave must have been read to its end, and the page run again.

    Parameters
    ----------
    label : str
    types : sequence of str
        What the browser offers: kinds ("image/png") and endings of names (".npz").
    key : str
    help : str, optional
    megabytes : int, optional
        The largest file that the browser sends; as in the server's configuration if not given.
    """
    count = st.session_state.get(_SENT, {}).get(key, 0)
    sent = st.file_uploader(
        label, list(types), accept_multiple_files=True, key=f"{key}_{count}", help=help, max_upload_size=megabytes,
    )
    return _taken(key, count, sent) if sent else iter(())


def _empty(key: str, count: int) -> None:
    """Give the uploader another key, under which nothing has been sent yet."""
    st.session_state[_SENT] = st.session_state.get(_SENT, {}) | {key: count + 1}


def _taken(key: str, count: int, sent: Sequence) -> Iterator[tuple[str, bytes, float]]:
    context = get_script_run_ctx()
    _empty(key, count)
    for i, file in enumerate(sent):
        yield quoted(re.split(r"[/\\]", file.name)[-1], bounds.FILE_NAME), file.getvalue(), i / len(sent)
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def note(key: str, problems: Sequence[str]) -> None:
    """Keep what was wrong with files for the next run of the page, which shows it."""
    st.session_state[f"{_SAID}_{key}"] = list(problems)


def show_problems(key: str) -> None:
    """What was wrong with the files that were read last: a sentence each."""
    problems = st.session_state.pop(f"{_SAID}_{key}", [])
    context = get_script_run_ctx()
    if context and (count := _refused.pop(context.session_id, 0)):
        problems.append(_words("no_room" if count > 1 else "no_room_for_one", count=count, most=bounds.FILES))
    if problems:
        st.warning("\n".join(f"- {problem}" for problem in problems), icon=":material/file_present:")


def reading(name: str) -> str:
    """What is said while a file is read."""
    return _words("reading", file=name)


def problem(name: str, why: object) -> str:
    """The sentence about a file, of which nothing was taken."""
    return _words("problem", file=name, why=why)
