"""Writings of secrets beyond «password: …»: keys of clouds, Wi-Fi, codes, pairs of user and password, tokens, private keys.

All patterns expect half-width signs and letters (`half_width`); `without_secrets` masks what they find.
"""

from __future__ import annotations

import re

MASK = "***"

# Full-width letters, digits and the signs that stand in addresses and pairs; brackets and commas end a value in both widths.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {ord(sign): ord(sign) - 0xFEE0 for sign in "＠：＝／＃？＆．－＿＄％＊＋｜"} | {0x3000: 0x20}
# 密　码, 口 令, 用 户 名: letters of a label set apart
_SPACED = re.compile(r"(?:密 {1,4}[码碼]|口 {1,4}令|[账帐賬帳] {1,4}[号户號戶]|用 {1,4}户 {0,4}名|密 {1,4}钥)")

_CODE = (
    r"(?<![A-Za-z0-9])(?:ak|sk|secret[ _-]?id|secret[ _-]?key|access[ _-]?key(?:[ _-]?(?:id|secret))?|api[ _-]?key|app[ _-]?key|pins?|psk|pw|psw|pwd|"
    r"passphrase|passw0rd|p@ss\w*|mima|kouling|community)|团体字|团体名|密匙|秘钥|私钥|授权码|提取码|解压码|激活码|验证码|动态码|动态口令|凭证"
)
# AK:LTAI5t, PIN=8888; without a sign the value needs a digit: pw Tj5566, 验证码 998877
_CODED = re.compile(rf"({_CODE})(?:\s*[:=]\s*[!-~]{{3,}}|[\s-]+(?=[!-~]*\d)[!-~]{{4,}})", re.IGNORECASE)
# Wifi gzj88888888, WIFI:gzj/88886666; not wifi 6, Wi-Fi 802.11ac
_WIFI = re.compile(
    r"(wi-?fi|无线|热点)(?:\s*[:=]\s*|\s+)(?=[\w!@#$%^&*/-]*\d)(?=[\w!@#$%^&*/-]*[A-Za-z])(?!802)[\w!@#$%^&*/-]{6,}(?![.])",
    re.IGNORECASE,
)
_LABEL = r"(?:密码|密碼|口令|密钥|pass ?word|passwd|pwd|pass)"
# 密码“Zh88”, 密码【Zh88】, 密码——Zh8899, pwd-Abc123: signs between label and value, and a digit in it
_BEHIND_SIGNS = re.compile(rf"({_LABEL})\s*[“\"'「【\[(（《<—–>→~/-]{{1,3}}\s*(?=[!-~]*\d)[!-~]{{3,}}", re.IGNORECASE)
# 口令见下：gzw888, 密码已改为Abc, password is Abc123
_BEHIND_WORDS = re.compile(
    rf"({_LABEL})(?:见下|如下|见后|(?:已|现|均|都|统一|默认|初始|重置|修改|更新|设置|变更)?(?:改为|设为|为|是)|统一|默认|初始|相同|一致|\s+is\s)\s*[:=]?\s*[!-~]{{3,}}",
    re.IGNORECASE,
)
# 密码是单位拼音加123, 密码为手机号后六位: a rule that gives the password away
_BY_RULE = re.compile(
    r"(密码|口令)(?:统一|默认|初始|均|都|一律)?(?:为|是|设为|即|[:=])\s*[^\s,，;；。]*(?:\d{2,}|拼音|生日|手机号|身份证|后[四六八\d]+位|简称|缩写|用户名|账号)[^\s,，;；。]*"
)
# 密码同上, 密码同账号, 密码与用户名相同
_DITTO = re.compile(
    r"(密码|口令)\s*[:=]?\s*(?:[同与和](?:上|左|前|下|用户名|账号|帐号|账户|登录名)(?:相同|一致|一样)?|不变|一样|照旧)"
)
# 账号密码：admin abc123, 用户名、密码分别为admin、abc123, 账号密码都是admin88, 账密：admin/abc
_ACCOUNT = r"(?:账号|帐号|账户|帐户|賬號|帳號|用户名|登录名|登陆名|user ?name|user|account)"
_BOTH = re.compile(
    rf"((?:{_ACCOUNT}\s*[/、和及与,，+]?\s*{_LABEL})|账密|u/p|un/pw)\s*(?:均为|都为|均是|都是|分别为|分别是|相同|一致|为|是)?\s*[:=]?\s*"
    r"(?<=[:=为是同致\s])([!-~]{2,})(?:\s*[/|、,，;；\s]\s*([!-~]{2,}))?",
    re.IGNORECASE,
)
# u:admin p:abc123, UN: admin PW: abc123, 账：admin 密：123456, ID：admin 密：abc
_SHORT_PAIR = re.compile(
    r"(?<![A-Za-z0-9])(u|un|uid|id|user|账|户|帐|用户)\s*[:=]\s*([!-~]{2,}?)[\s,，;；/、]+(p|pw|pd|pwd|pass|密|码)\s*[:=]\s*[!-~]{2,}",
    re.IGNORECASE,
)
_ADMIN = r"(?:super)?(?:admin\d{0,2}|administrator|root|sa|sysadmin|sysdba|weblogic|postgres|nacos|minio|zabbix)"
# admin admin888, admin、123456, root⏎Root@1
_AFTER_ADMIN = re.compile(
    rf"(?<![\w./@-]){_ADMIN}(?:\s*[,，、;；|-]\s*|\s+)(?=[\w!@#$%^&*]*\d)(?!\d{{1,4}}[\u4e00-\u9fff个人台年月次])[\w!@#$%^&*]{{5,}}(?![.:/\u4e00-\u9fff-])",
    re.IGNORECASE | re.ASCII,
)
_SLASHED_ADMIN = re.compile(rf"(?<![\w./@-])(?:{_ADMIN}|scott|test|guest|system)\s*/\s*[!-~]{{3,}}", re.IGNORECASE)
# zhangsan/Abc12345: a small-letter word, a slash, a word of letters and digits; products, models and paths are none
_USER_SLASH = re.compile(
    r"(?<![\w./:@*+-])([a-z][a-z0-9_]{1,20})\s?/\s?(?=[\w!@#$%^&*]*[A-Za-z])(?=[\w!@#$%^&*]*\d)([A-Za-z][\w!@#$%^&*]{5,})(?![\w./-])",
    re.ASCII,
)
_PRODUCT = re.compile(
    r"^(?:win|windows|centos|redhat|rhel|ubuntu|debian|suse|linux|kylin|uos|euler|openeuler|deepin|anolis|aix|solaris|mysql|mariadb|sql|oracle|postgres|"
    r"postgresql|pg|dm|kingbase|gbase|oscar|redis|mongo|mongodb|elastic|es|kafka|rabbitmq|nginx|apache|tomcat|weblogic|websphere|jboss|tong|tongweb|"
    r"jdk|java|python|php|node|vue|dotnet|net|iis|docker|k8s|kubernetes|vmware|esxi|kvm|xen|fusion|x86|arm|amd|intel|xeon|e[357]|gold|silver|"
    r"kunpeng|hygon|ft|phytium|loongson|dell|hp|hpe|ibm|lenovo|huawei|inspur|sugon|zte|cisco|emc|poweredge|thinksystem|taishan|"
    r"raid|ssd|sas|sata|nvme|hdd|ddr|ipv|usb|vga|sm|tls|ssl|http|https|v|utf|gb|gbt|api|app|web|srv|db|vm|svr|server|host|node|rack|eth|bond|vlan|g)"
    r"[\d._vVrR-]*[A-Za-z]{0,3}\d*$",
    re.IGNORECASE,
)
# http://10.1.1.1 zhang li8888; http://10.1.1.1,zhang,li8888; http://10.1.1.1（zhang/li8888）
_AFTER_ADDRESS = re.compile(
    r"(https?://[^\s,，;；、()（）\u4e00-\u9fff]+[\s,，;；、(（]+)(?!https?:|www)[A-Za-z][\w@]{1,20}\s*[\s,，/;；、|:]\s*(?=[\w!@#$%^&*]*\d)[\w!@#$%^&*]{5,}(?![.:/\w])",
    re.ASCII,
)
# vpn：gx01 Gx2020xx, 堡垒机: ops/Ops@2024
_WAY_IN = re.compile(
    r"((?<![a-z])(?:vpn|s?ftp|rdp|ssh)|堡垒机|跳板机|运维机|远程(?:桌面|连接|登录|维护)?)\s*[:=]\s*([A-Za-z0-9][\w.@-]{1,20})\s*[\s,，/;；、|]\s*"
    r"((?=[\w!@#$%^&*]*\d)(?=[\w!@#$%^&*]*[A-Za-z])[\w!@#$%^&*]{5,})(?![.:/\w-])",
    re.IGNORECASE | re.ASCII,
)
# 向日葵 865 332 110 ab12cd: the number of a machine that can be taken over, and its code
_TAKE_OVER = re.compile(
    r"(向日葵|todesk|teamviewer|anydesk)\s*(?:识别码|设备代?码|代码|id)?\s*[:=]?\s*\d(?:[\d ]{5,})(?:\s*[,，/;；、|]?\s*[!-~]{4,})?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*|(?<=[Bb]earer )[\w.~+/-]{12,}")
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*|(?<=ssh-rsa )\S+|(?<=ssh-ed25519 )\S+", re.DOTALL)
# http://admin:P@ss/1@10.1.1.1/: the password goes to the last @; not http://a.cn:8080/x@2x.png
_USER_INFO = re.compile(r"(?<=://)[^\s/@:]*:(?!\d{2,5}(?:/|$))[^\s,，;；、\u4e00-\u9fff]*@(?=[\w.-]+)")

# One of these stands in every text that a pattern can find something in (small letters).
TRIGGERS = (
    "ak", "sk", "secret", "key", "pin", "psk", "pw", "pass", "mima", "kouling", "community", "团体", "密", "口令", "秘钥", "私钥", "授权码", "提取码",
    "解压码", "激活码", "验证码", "动态", "凭证", "wifi", "wi-fi", "无线", "热点", "u:", "un:", "id:", "u/p", "账", "帐", "admin", "root", "sa", "sysdba",
    "weblogic", "postgres", "nacos", "minio", "zabbix", "scott", "test", "guest", "system", "://", "eyj", "bearer", "begin ", "ssh-", "user",
    "vpn", "ftp", "rdp", "ssh", "堡垒机", "跳板机", "运维机", "远程", "向日葵", "todesk", "teamviewer", "anydesk",
)  # fmt: skip
# One letter of each trigger: most names of systems have none of them, and need not be compared with all triggers.
_LETTERS = frozenset("kpmsrwzfjb:团密令钥码态凭线热账帐堡跳运远葵")
_SLASH = re.compile(r"[a-z0-9_]\s?/\s?[A-Za-z]")


def half_width(text: str) -> str:
    """The text with half-width letters, digits and signs of addresses, and without blanks inside labels (口 令)."""
    plain = text if text.isascii() else text.translate(_WIDE)
    return _SPACED.sub(lambda m: m[0].replace(" ", ""), plain) if " " in plain else plain


def may_hold(low: str) -> bool:
    """Whether a text in small letters is worth the patterns; most cells are not."""
    may_trigger = not _LETTERS.isdisjoint(low) and any(trigger in low for trigger in TRIGGERS)
    return may_trigger or ("/" in low and bool(_SLASH.search(low)))


def without_secrets(text: str) -> str:
    """The text with every secret masked that one of these patterns knows."""
    masked = _KEY_BLOCK.sub(MASK, text)
    masked = _TOKEN.sub(MASK, masked)
    masked = _USER_INFO.sub(f"{MASK}@", masked)
    masked = _AFTER_ADDRESS.sub(rf"\1{MASK}", masked)
    for pattern in (_DITTO, _BOTH, _BY_RULE, _BEHIND_WORDS, _BEHIND_SIGNS, _WIFI, _CODED):
        masked = pattern.sub(rf"\1:{MASK}", masked)
    masked = _TAKE_OVER.sub(rf"\1:{MASK}", masked)
    masked = _WAY_IN.sub(lambda m: m[0] if _PRODUCT.match(m[3]) else f"{m[1]}:{MASK}", masked)
    masked = _SHORT_PAIR.sub(rf"\1:{MASK}", masked)
    masked = _SLASHED_ADMIN.sub(MASK, masked)
    masked = _AFTER_ADMIN.sub(MASK, masked)
    return _USER_SLASH.sub(_without_pair, masked)


def _without_pair(match: re.Match[str]) -> str:
    return match[0] if _PRODUCT.match(match[1]) or _PRODUCT.match(match[2]) else MASK
