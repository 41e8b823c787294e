#!/bin/sh
# Debian packages that tests of real servers, browsers and office programs use. Needs root where something is missing.
set -eu
wanted="apache2-bin nginx-light chromium libatomic1 postgresql libreoffice-calc python3-uno fonts-noto-cjk poppler-utils prometheus curl
    openjdk-17-jre-headless radosgw ceph-mon ceph-osd ceph-mgr
    zabbix-server-pgsql zabbix-frontend-php php-cli php-cgi php-pgsql php-bcmath php-gd php-ldap php-mbstring php-xml"
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "== apt:$missing"
export DEBIAN_FRONTEND=noninteractive
# Debian starts some servers when it installs them; the tests start their own.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=yes; }
log=$(mktemp)
# shellcheck disable=SC2086
{ apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing >"$log" 2>&1 ||
    { apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing; } >"$log" 2>&1; } ||
    { tail -20 "$log" >&2; [ -z "${made:-}" ] || rm -f "$policy"; exit 1; }
[ -z "${made:-}" ] || rm -f "$policy"
rm -f "$log"
