"""How a failure is said: one clear message with what to do; a traceback only for a bug of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from catalogs import errors
from catalogs.words import Text, tr

_REASONS = {
    FileNotFoundError: Text("没有这个文件或目录", "no such file or folder"),
    PermissionError: Text("没有权限", "not allowed"),
    IsADirectoryError: Text("是一个目录，这里要一个文件", "a folder where a file is expected"),
    NotADirectoryError: Text("不是目录", "not a folder"),
}


def answer(error: BaseException, exit_codes: Mapping[type[errors.GovcloudError], int], *, as_json: bool) -> int:
    """Say on stderr what went wrong, and choose the exit code from the one table (govcloud.py)."""
    match error:
        case errors.GovcloudError():
            return _fail(error, exit_codes[type(error)], as_json=as_json)
        case click.exceptions.Abort() | KeyboardInterrupt():
            click.echo(tr("已中断，没有写入半截结果", "interrupted; nothing half-written is left"), err=True)
            return 130
        case click.ClickException():
            error.show()
            return 2
        case OSError():
            return _os_failure(error, as_json=as_json)
    return _bug(error)


def _fail(error: errors.GovcloudError, code: int, *, as_json: bool) -> int:
    """Print a failure: where and what, then what to do; with --json also as JSON where no result was printed."""
    word = tr("不完整", "partial") if code == 9 else tr("错误", "error")
    click.echo(f"{word}{tr('：', ': ')}{error}", err=True)
    if error.hint:
        click.echo(f"{tr('可以这样做：', 'what to do: ')}{error.hint}", err=True)
    if as_json and code != 9 and not isinstance(error, errors.CheckFailed) and not error.answered:
        body = {"kind": type(error).__name__, "message": error.message.as_json(), "exit_code": code}
        click.echo(json.dumps({"schema": "govcloud/error/1", "error": body}, ensure_ascii=False))
    return code


def _os_failure(error: OSError, *, as_json: bool) -> int:
    import errno

    name = Path(error.filename).name if isinstance(error.filename, str) else ""
    if isinstance(error, BrokenPipeError):
        return 0
    if error.errno == errno.ENOSPC:
        full = errors.StoreError(f"磁盘已满：{name}", f"the disk is full: {name}",
                                 hint=Text("腾出空间后重新运行同一条命令", "free some space and run the same command again"))  # fmt: skip
        return _fail(full, 5, as_json=as_json)
    if isinstance(error, FileNotFoundError) and error.filename is None:  # what os.getcwd() raises
        gone = errors.CollectError("当前目录已不存在(被删除或改名)", "the current folder is gone (removed or renamed)",
                                   hint=Text("进入一个存在的目录再运行", "change to a folder that exists, and run it again"))  # fmt: skip
        return _fail(gone, 4, as_json=as_json)
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
        why = _REASONS[type(error)]
        said = errors.CollectError(
            f"{error.filename}:{why.zh}({error.strerror})", f"{error.filename}: {why.en} ({error.strerror})"
        )
        return _fail(said, 4, as_json=as_json)
    return _bug(error)


def _bug(error: BaseException) -> int:
    import traceback

    traceback.print_exception(error)
    click.echo(
        tr("这是程序的缺陷，请把以上内容发给维护者", "this is a bug; please send the above to the maintainers"),
        err=True,
    )
    return 70
