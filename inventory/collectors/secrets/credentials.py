"""Accounts, passwords, telephone and identity numbers in cells: found before anything is stored, logged or shown."""

from __future__ import annotations

import re

from inventory.collectors.secrets.secret_forms import MASK, half_width, may_hold, without_secrets

_WORD = r"(?:密码|密碼|口令|pass ?word|passwd|pwd|密钥|secret|access ?key|token|pin码|app ?key|app ?secret)"
_ACCOUNT = (
    r"(?:账号|帐号|账户|帐户|賬號|帳號|賬戶|用户名|用戶名|登录名|登陆名|登录号|user ?name|\buser\b|account|login)"
)
_VALUE = r"[^\s,，;；、。)）】]+"
_LABEL = rf"(?:{_WORD}|{_ACCOUNT})"
_SEPARATOR = r"\s*(?:[：:=]|[为是](?=\s*[!-~]))\s*|\s+"
# 用户名/密码：admin / Abc — one label for both, then both
_BOTH = re.compile(
    rf"({_LABEL}\s*[/、和及与,，+]\s*{_LABEL})(?:{_SEPARATOR})({_VALUE})(?:\s*[/|、,，;；\s]\s*({_VALUE}))?",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"({_LABEL})(?:{_SEPARATOR})(?!和|或|由|及|与|[/、]|(?:暂?无|没有|未设置?|不详|[—–-]+)(?:[\s,，;；。]|$))({_VALUE})",
    re.IGNORECASE,
)
# 账号admin密码Abc123 — nothing between a Chinese label and what follows
_ATTACHED = re.compile(
    r"(密码|密碼|口令|密钥|账号|帐号|账户|帐户|賬號|帳號|用户名|用戶名|登录名|登陆名|登录号)([!-~]{2,}?)(?=密码|密碼|口令|[\s,，;；、。)）】]|$)"
)
# 弱口令fl123456未整改, 密码888888没改 — a Chinese sentence goes on right behind it; not 密钥AES256加密, 口令100000个
_IN_SENTENCE = re.compile(
    r"(密码|密碼|口令|密钥)(?!(?:aes|sm|rsa|des|sha|md|hmac|ecc|tls|ssl|ssh|pki|ca|ukey|usbkey)[\d_-]*(?:[-_/]?[a-z\d]+)?[\u4e00-\u9fff])"
    r"(?=[!-~]*\d)((?=[!-~]*[A-Za-z])[!-~]{5,}|\d{6,}(?![个台次条位人万年月日天]))(?=[\u4e00-\u9fff])",
    re.IGNORECASE,
)
# 密:Tj5566, 初始 Gz000111, 默认Abc123: one letter or a first password, before signs only
_ABRIDGED = re.compile(
    r"((?<![保涉机秘绝加解商国])密\s*[：:=]\s*(?=\d{4})|(?<![保涉机秘绝加解商国])密\s*[：:=]\s*(?=[!-~]*\d)(?=[!-~]*[A-Za-z])|(?:初始|默认|初密|原始|重置为|重置后)(?:密码|口令)?(?:为|是)?\s*[：:]?\s*(?=[!-~]*\d)(?=[!-~]*[A-Za-z]))[!-~]{4,}",
)
_IN_URL = re.compile(r"(?<=://)[^/@\s:]*(?::[^/@\s]*)?@")
_QUERY_KEY = re.compile(
    r"([?&#][\w.-]*(?:pass|pwd|token|secret|key|sign|auth|ticket|session|credential)[\w.-]*=)[^&\s#]+", re.IGNORECASE
)
_IN_QUERY = re.compile(
    r"([?&](?:password|pwd|passwd|pass|pw|psw|p|mm|token|secret|key|user|username|user_?name|u|uid|usr|name|loginname|login|account|acc|yhm|zh|ticket|sign|code|auth|sid|session)=)[^&\s#]+",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<![\w./-])(?:admin|administrator|root|system|sysadmin|test|guest|sa)\s*[/：:|]\s*(?!/)[!-~]{3,}",
    re.IGNORECASE,
)
# jdbc:oracle:thin:hj/hj_pwd1@10.2.2.1:1521, sqlplus u/p@orcl, mysql -uroot -pAbc, sshpass -p Abc
_CONNECT = re.compile(r"(?<![\w/.])([A-Za-z][\w$]{0,30})/[^\s/@,，;；]{2,40}@(?=[\w.-]+)")
_OPTION = re.compile(r"(?<=\s)(-p\s?|--password[= ])[^\s-]\S{2,}", re.IGNORECASE)
# pw:gzf@2019, pass=…: short labels count only with a sign behind them
_SHORT = re.compile(rf"(?<![a-z])(pw|psw|pass|mm)\s*[：:=]\s*{_VALUE}", re.IGNORECASE)
# 登录：zhangsan/Zs#2020, 远程桌面 administrator P@ssw0rd1: what follows must look like a password, not like a path or a word
_LIKE_A_SIGN = r"(?=[^\s,，;；、]*\d)(?=[^\s,，;；、]*[A-Za-z])[^\s,，;；、。)）】/]{4,}"
_LOGIN = re.compile(
    rf"((?:登录|登陆|登入|远程桌面|远程|堡垒机|后台|ssh|vpn|bmc|ipmi|数据库)\s*[：:]?\s*)(?!https?)[A-Za-z][\w.@-]{{1,30}}\s*[/／|]\s*{_LIKE_A_SIGN}",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?<![\w./-])(?:admin|administrator|root|sa|oracle|system|sysadmin|sysdba|weblogic|tomcat|ubuntu|postgres|mysql)\s+"
    r"(?!\d)(?=\S*\d)(?=\S*[A-Za-z])(?=\S*[^\w\s.])[^\s,，;；、]{6,}",
    re.IGNORECASE,
)
# Sf@2023!, Or4cle#rf, Fy_root@1: a word with letters, digits and a sign that only passwords have, wherever it stands
_WORD_OF_SIGNS = re.compile(r"[!-+\--:<-~]{6,40}")
_SIGN_OF_PASSWORDS = re.compile(r"[!@#$^]")
_ADDRESS = re.compile(
    r"://|^(www\.|mailto:|(\d{1,3}\.){3}\d)|^[\w.+-]+@[\w-]+(\.[\w-]+)+$|^[\w.+-]+@(\d{1,3}\.){3}\d{1,3}(:\d+)?$|^[a-z0-9-]+(\.[a-z0-9-]+)+([:/]|$)",
    re.IGNORECASE,
)
_NUMBERED_THING = re.compile(
    r"^([A-Za-z][A-Za-z-]*#\d{1,3}|\d{1,3}#[A-Za-z0-9-]{0,8}|[CF]#.*|[A-Za-z]*\d+(\.\d+)+[@#].*)$"
)
_MOBILE = re.compile(r"(?<![\d.])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d.-])0\d{2,3}[- ]\d{7,8}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)")
_PERSON = re.compile(
    r"((?:联系人|负责人|经办人|管理员|聯繫人|負責人|管理員|工程师|值班员|技术员|项目经理|钥匙找|有事找|请找|电联|请联系|短信发|短信找|微信找|电话找)[：:]?\s*)"
    r"([\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
)
# 张三，13800000000 — the name that stands right before a telephone number
_BEFORE_NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3})(?=[\s，,：:（(]{0,2}(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d))"
)
_NO_PERSON = re.compile(
    r"(室|部|科|处|局|司|厂家|厂商|公司|单位|方|商|中心|组|人|员|台|平台|系统|会|电话|手机|热线|传真|号码|联系|座机|值班|办公|微信|短信|维护|运维|制|所|站|院)$"
)

# Most cells have none of these; looking for them is much cheaper than the patterns.
_TRIGGERS = (
    "密码", "口令", "密钥", "账号", "帐号", "账户", "帐户", "用户名", "登录名", "登陆名", "联系人", "负责人", "经办人", "管理员", "pass", "pwd", "secret",
    "access", "token", "pin码", "user", "account", "login", "admin", "root", "system", "test", "guest", "sa", "@", "?", "&",
    "pw", "psw", "mm", "登录", "登陆", "登入", "远程", "堡垒机", "后台", "ssh", "vpn", "bmc", "ipmi", "数据库", "oracle", "sysdba", "weblogic", "tomcat", "ubuntu", "postgres", "mysql",
    "密", "初始", "默认", "原始", "重置", "登录号", "工程师", "值班员", "技术员", "项目经理", "找", "电联", "请联系", "短信发", "#", "!", "$", "^", "key", "sign", "ticket", "session", "credential",
    "密碼", "賬號", "帳號", "賬戶", "用戶名", "聯繫人", "負責人", "管理員",
)  # fmt: skip
_DIGITS = re.compile(r"\d{7}|\d{4}[ -]\d{3}|\d{3}[ -]\d{4}")

# One letter of each trigger, the rarest in names of systems: a text with none of them has no trigger.
_LETTERS = frozenset("密令钥账帐户录陆入远垒台据联责办员码碼賬帳戶聯責員始认置师找短微pwcskuogdtrmaebli@?&#!$^")

_URL = re.compile(r"(?:https?|ftps?)://[^\s,，;；、<>\"'“”（）()\u4e00-\u9fff]+", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,18}|\d{1,3})(?::\d{1,5})?(?:/[^\s,，;；、<>\"'“”（）()\u4e00-\u9fff]*)?",
    re.IGNORECASE,
)
_LEFTOVER_WORDS = re.compile(
    r"网址|地址|内网|外网|互联网|政务外网|专网|前台|后台|管理端|用户端|门户|访问|入口|链接|登录页|系统|移动端|手机端|电脑端|或者|或|和|及|url|web|app|pc|http|https|www|端口",
    re.IGNORECASE,
)


def mask(text: str) -> tuple[str, bool]:
    """The text without secrets and personal numbers, and whether a secret (not merely a telephone number) was there."""
    plain = half_width(text)
    low = plain.lower()
    if not _may_have_secret(low) and not _DIGITS.search(plain):
        return text, False
    bare = _without_credentials(plain, low)
    shown = _without_people(bare)
    return (text, False) if shown == plain else (shown, bare != plain)


def mask_credentials(text: str) -> tuple[str, bool]:
    """The text of a cell about a person without secrets, and whether one was there; names and telephone numbers stay."""
    plain = half_width(text)
    low = plain.lower()
    if not _may_have_secret(low):
        return text, False
    bare = _without_credentials(plain, low)
    return (text, False) if bare == plain else (bare, True)


def _may_have_secret(low: str) -> bool:
    return may_hold(low) or (not _LETTERS.isdisjoint(low) and any(trigger in low for trigger in _TRIGGERS))


def _without_credentials(plain: str, low: str) -> str:
    masked = _IN_URL.sub(f"{MASK}@", without_secrets(plain))
    masked = _IN_QUERY.sub(rf"\g<1>{MASK}", masked)
    masked = _QUERY_KEY.sub(rf"\g<1>{MASK}", masked)
    masked = _BOTH.sub(rf"\1:{MASK}", masked)
    masked = _LABELLED.sub(rf"\1:{MASK}", masked)
    masked = _ATTACHED.sub(rf"\1{MASK}", masked)
    masked = _IN_SENTENCE.sub(rf"\1{MASK}", masked)
    masked = _ABRIDGED.sub(rf"\1{MASK}", masked)
    masked = _PAIR.sub(MASK, masked)
    masked = _CONNECT.sub(f"{MASK}@", masked)
    if "mysql" in low or "sshpass" in low or "sqlplus" in low or "redis-cli" in low:
        masked = _OPTION.sub(rf"\1{MASK}", masked)
    masked = _SHORT.sub(rf"\1:{MASK}", masked)
    masked = _LOGIN.sub(rf"\1{MASK}", masked)
    masked = _STRONG.sub(MASK, masked)
    if not _SIGNS.isdisjoint(masked):
        masked = _WORD_OF_SIGNS.sub(_without_password, masked)
    return masked


def _without_people(masked: str) -> str:
    if _DIGITS.search(masked):
        masked = _BEFORE_NUMBER.sub(_without_person, masked)
    masked = _MOBILE.sub(MASK, masked)
    masked = _LANDLINE.sub(MASK, masked)
    masked = _IDENTITY.sub(MASK, masked)
    return _PERSON.sub(_without_labelled_person, masked)


_SIGNS = frozenset("!@#$^")


def _without_password(match: re.Match[str]) -> str:
    """A run of signs, masked where it looks like a password and is neither an address nor a numbered thing (db#01, 3#B)."""
    run = match[0]
    if not (_SIGN_OF_PASSWORDS.search(run) and any(map(str.isdigit, run)) and any(map(str.isalpha, run))):
        return run
    return run if MASK in run or _ADDRESS.search(run) or _NUMBERED_THING.match(run) else MASK


def _without_person(match: re.Match[str]) -> str:
    return match[0] if _NO_PERSON.search(match[1]) else MASK


def _without_labelled_person(match: re.Match[str]) -> str:
    return match[0] if _NO_PERSON.search(match[2]) else f"{match[1]}{MASK}"


def without_identity_numbers(text: str) -> str:
    """The text with the numbers of identity cards masked; telephone numbers stay."""
    return _IDENTITY.sub(MASK, text) if _DIGITS.search(text) else text


def read_urls(text: str) -> tuple[tuple[str, ...], bool]:
    """The web addresses of a cell, without user names and tokens, and whether anything beside them was left out.

    What is not an address is never kept: in such a cell it may be an account (系统访问地址 asks for 网址 + 账号 + 密码).
    """
    text = half_width(text)
    found: dict[str, None] = {}
    rest = kept = without_secrets(text)
    for pattern in (_URL, _HOST):
        for match in pattern.findall(rest):
            clean = _IN_URL.sub("", match)
            clean = _QUERY_KEY.sub(rf"\g<1>{MASK}", _IN_QUERY.sub(rf"\g<1>{MASK}", clean))
            found[clean.rstrip("。.,;")] = None
        rest = pattern.sub(" ", rest)
    had_user = kept != text or bool(_IN_URL.search(text) or _IN_QUERY.search(text) or _QUERY_KEY.search(text))
    beside = _LEFTOVER_WORDS.sub("", rest)
    return tuple(found), had_user or bool(re.search(r"\w", beside))
