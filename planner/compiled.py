"""Compiled functions: numba where it works, with its result kept on disk; typed, so that mypy sees through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function that Python calls; other threads run meanwhile (`nogil`).

    The compiled code is kept beside the module, or in the user's cache folder where that cannot be written; where
    neither can (a read-only machine without a home) it is compiled anew in each process.
    """
    return _compile(function, no_cpython_wrapper=False)


def inner(function: Function) -> Function:
    """Compile a function that only compiled code calls: without its Python entry, which takes longest to make."""
    return _compile(function, no_cpython_wrapper=True)


def _compile(function: Function, *, no_cpython_wrapper: bool) -> Function:
    from numba import njit

    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "no_cpython_wrapper": no_cpython_wrapper,
        "no_cfunc_wrapper": True,
        "_nrt": False,  # nothing is allocated in compiled code, so no references are counted
    }
    try:
        made: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        made = njit(**options)(function)
    return made
