"""Texts that say themselves what they are: operating systems, databases, middleware, telephone numbers, addresses, companies."""

from __future__ import annotations

import re

_VERSION = r"[\s\-_/.]*(\d+[a-z]?|v|sp|r|u|lts|x64|x86|64|32|位|ce|ee|se|server|版|服务器|企业|标准|数据中心|高级|enterprise|standard|datacenter|release|update|[\s\-_/.()（）])*$"
OPERATING = re.compile(
    r"^(microsoft )?(windows|win ?server|win\d+|centos|red ?hat|rhel|ubuntu|debian|suse|sles|(银河|中标|中科)?(方德|麒麟)|kylin|neokylin|统信|uos|欧拉|(open)?euler|linux|oracle linux|aix|hp-?ux|solaris|anolis|龙蜥|中兴新支点|凝思|alinux|tencentos|rocky|almalinux)(操作系统|服务器操作系统| ?linux|uos| ?server)*" + _VERSION,
    re.IGNORECASE,
)  # fmt: skip
DATABASE = re.compile(
    r"^(mysql|oracle|(ms )?(microsoft )?sql ?server|mssql|达梦|dm\d?|(人大)?金仓|kingbase(es)?|gbase|南大通用|postgre(sql|s)?|mongodb|redis|mariadb|sqlite|db2|tidb|oceanbase|gauss(db)?|opengauss|神通|瀚高|highgo|access|influxdb|clickhouse|elasticsearch)(数据库)?(管理系统)?" + _VERSION,
    re.IGNORECASE,
)  # fmt: skip
MIDDLEWARE = re.compile(
    r"^(apache )?(tomcat|nginx|weblogic|websphere|jboss|iis|东方通|tongweb|宝兰德|bes|金蝶天燕|apusic|kafka|rabbitmq|rocketmq|nacos|httpd|apache)(中间件)?" + _VERSION,
    re.IGNORECASE,
)  # fmt: skip
PHONE = re.compile(r"^(\+?86[- ]?)?(1[3-9]\d{9}|(0\d{2,3}-?)?\d{7,8})$")
ADDRESS = re.compile(r"^(\d{1,3}\.){3}\d{1,3}([-~/:、,，\s].*)?$")
WEB = re.compile(r"^(https?://|www\.)\S+$")
COMPANY = re.compile(r"(公司|集团|股份|有限|科技|事务所)([(（].*[)）])?$")
