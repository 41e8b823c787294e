"""Several questions at the same time, answers in the order of the questions; Ctrl-C does not wait for any of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def at_once(ask: Callable[[Question], Answer], questions: Iterable[Question], workers: int) -> list[Answer]:
    """Ask all questions with so many threads; what the first failing question raises is raised.

    The threads are daemons, unlike those of concurrent.futures: a person who presses Ctrl-C while a cloud is silent gets
    the prompt back, and not when the last request has timed out.
    """
    waiting = list(enumerate(questions))[::-1]
    answers: dict[int, Answer] = {}
    failures: dict[int, BaseException] = {}

    def work() -> None:
        while True:
            try:
                number, question = waiting.pop()
            except IndexError:
                return
            try:
                answers[number] = ask(question)
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                failures[number] = error

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(waiting)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[min(failures)]
    return [answers[number] for number in sorted(answers)]
