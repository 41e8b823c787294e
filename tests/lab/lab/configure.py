#!/usr/bin/env python3
"""Write the configuration of all services, clouds.yaml and openrc.

Reads LAB_HOME, LAB_VENV, LAB_PORT_OFFSET and LAB_COMPUTES from the environment.
``configure.py ports`` prints ``name port`` lines for the shell scripts.
"""

import base64
import glob
import os
import shutil
import sys

LAB = os.environ.get('LAB_HOME') or (
    os.environ.get('TMPDIR') or '/tmp') + '/openstack-lab'
VENV = os.environ.get('LAB_VENV', LAB + '/venv')
OFFSET = int(os.environ.get('LAB_PORT_OFFSET', '0'))
PASSWORD = 'lab'                     # one password for all; loopback only
REGION = 'RegionOne'
ETC = LAB + '/etc'

PORTS = {'keystone': 5000, 'placement': 8778, 'glance': 9292, 'neutron': 9696,
         'cinder': 8776, 'nova': 8774, 'gnocchi': 8041}
PORTS = {name: port + OFFSET for name, port in PORTS.items()}
URL = {name: 'http://127.0.0.1:%d' % port for name, port in PORTS.items()}
AUTH_URL = URL['keystone'] + '/v3'

# service type, name, endpoint
CATALOG = [
    ('placement', 'placement', URL['placement']),
    ('image', 'glance', URL['glance']),
    ('network', 'neutron', URL['neutron']),
    ('compute', 'nova', URL['nova'] + '/v2.1'),
    ('block-storage', 'cinder', URL['cinder'] + '/v3/$(project_id)s'),
    ('volumev3', 'cinderv3', URL['cinder'] + '/v3/$(project_id)s'),
    ('metric', 'gnocchi', URL['gnocchi']),
]


def db(name):
    return ('mysql+pymysql://lab:%s@localhost/%s?unix_socket=%s/run/mysql.sock'
            '&charset=utf8mb4' % (PASSWORD, name, LAB))


# How a service logs in to keystone, as user "svc" of project "service".
AUTH = """auth_type = password
auth_url = %(AUTH_URL)s
username = svc
password = %(PASSWORD)s
user_domain_id = default
project_name = service
project_domain_id = default
region_name = %(REGION)s
""" % globals()

# Validation of users' tokens. "lab.cache" is set by serve.py.
AUTHTOKEN = ('[keystone_authtoken]\nwww_authenticate_uri = ' + AUTH_URL +
             '\ncache = lab.cache\ntoken_cache_time = 60\n'
             'service_token_roles_required = true\n'
             'service_token_roles = service\n' + AUTH)

DEFAULT = """[DEFAULT]
log_file = %(LAB)s/log/{name}.log
log_dir =
use_stderr = false
debug = false
default_log_levels = amqp=WARN,sqlalchemy=WARN,oslo.messaging=INFO,urllib3=WARN,keystonemiddleware=WARN,routes=WARN,stevedore=WARN,keystoneauth=WARN,oslo_policy=ERROR,oslo.cache=WARN,dogpile=WARN
transport_url = fake:///
""" % globals()

COMMON = """
[oslo_messaging_notifications]
driver = noop
[oslo_concurrency]
lock_path = %(LAB)s/run/locks
[oslo_policy]
enforce_scope = true
enforce_new_defaults = true
""" % globals()


def database(name, group='database'):
    return ('\n[%s]\nconnection = %s\nmax_pool_size = 20\nmax_overflow = 40\n'
            % (group, db(name)))


def keystone():
    return DEFAULT + 'public_endpoint = %s\n' % URL['keystone'] + database(
        'keystone') + """
[token]
provider = fernet
expiration = 28800
[fernet_tokens]
key_repository = %(LAB)s/var/fernet-keys
[credential]
key_repository = %(LAB)s/var/credential-keys
[fernet_receipts]
key_repository = %(LAB)s/var/fernet-keys
[identity]
# the cheapest bcrypt: passwords here guard nothing
password_hash_rounds = 4
[cache]
enabled = true
backend = oslo_cache.dict
expiration_time = 30
""" % globals()


def placement():
    return DEFAULT + '[api]\nauth_strategy = keystone\n' + database(
        'placement', 'placement_database') + 'sync_on_startup = true\n' + AUTHTOKEN


def glance():
    return DEFAULT + """
enabled_backends = disk:file
worker_self_reference_url = %(url)s
image_cache_dir = %(LAB)s/var/glance/cache
[glance_store]
default_backend = disk
[disk]
filesystem_store_datadir = %(LAB)s/var/glance/images
[os_glance_staging_store]
filesystem_store_datadir = %(LAB)s/var/glance/staging
[os_glance_tasks_store]
filesystem_store_datadir = %(LAB)s/var/glance/tasks
[paste_deploy]
flavor = keystone
config_file = %(VENV)s/etc/glance/glance-api-paste.ini
""" % dict(globals(), url=URL['glance']) + database('glance') + AUTHTOKEN


def neutron():
    return DEFAULT + """
auth_strategy = keystone
api_paste_config = %(VENV)s/etc/neutron/api-paste.ini
state_path = %(LAB)s/var/neutron
core_plugin = ml2
service_plugins = router,qos,trunk,segments,port_forwarding
dhcp_agent_notification = false
allow_overlapping_ips = true
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 1
rpc_response_timeout = 5
pagination_max_limit = 1000
api_workers = 1
rpc_workers = 0
[ml2]
type_drivers = flat,vlan,vxlan,geneve,local
tenant_network_types = geneve
mechanism_drivers = lab
extension_drivers = port_security,qos,dns
path_mtu = 1500
[ml2_type_geneve]
vni_ranges = 1:65536
max_header_size = 38
[ml2_type_vxlan]
vni_ranges = 1:65536
[ml2_type_vlan]
network_vlan_ranges = physnet1:1:4094
[ml2_type_flat]
flat_networks = *
[quotas]
quota_network = 100
quota_subnet = 100
quota_port = 500
quota_router = 10
quota_floatingip = 50
quota_security_group = 100
quota_security_group_rule = 1000
[nova]
""" % globals() + AUTH + '[placement]\n' + AUTH + database(
        'neutron') + AUTHTOKEN


def nova():
    return DEFAULT + """
# this is the host of API, conductor and scheduler; see LAB_COMPUTES for the rest
host = controller
my_ip = 127.0.0.1
state_path = %(LAB)s/var/nova
concurrency_backend = threading
compute_driver = lab.LabDriver
max_concurrent_builds = 0
max_concurrent_snapshots = 0
default_thread_pool_size = 64
executor_thread_pool_size = 32
sync_power_state_interval = -1
heal_instance_info_cache_interval = -1
update_resources_interval = 300
report_interval = 10
service_down_time = 60
reserved_host_memory_mb = 0
initial_cpu_allocation_ratio = 4.0
initial_ram_allocation_ratio = 1.0
resize_confirm_window = 0
reclaim_instance_interval = 0
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
allow_resize_to_same_host = false
running_deleted_instance_action = noop
image_cache_manager_interval = -1
[api]
max_limit = 1000
[wsgi]
api_paste_config = %(ETC)s/nova-api-paste.ini
[scheduler]
workers = 1
discover_hosts_in_cells_interval = -1
[filter_scheduler]
enabled_filters = ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter,AggregateInstanceExtraSpecsFilter,SameHostFilter,DifferentHostFilter
# spread the load: pick at random among the best hosts
host_subset_size = 4
track_instance_changes = false
[image_cache]
manager_interval = -1
[service_user]
send_service_user_token = true
""" % globals() + AUTH + ('[placement]\n' + AUTH) + (
        '[glance]\nservice_type = image\n' + AUTH) + (
        '[cinder]\ncatalog_info = volumev3:cinderv3:publicURL\n'
        'os_region_name = %s\n' % REGION + AUTH) + (
        '[neutron]\nservice_metadata_proxy = false\n' + AUTH) + database(
        'nova_api', 'api_database') + database('nova') + AUTHTOKEN


def cinder():
    return DEFAULT + """
host = controller
my_ip = 127.0.0.1
auth_strategy = keystone
api_paste_config = %(VENV)s/etc/cinder/api-paste.ini
resource_query_filters_file = %(VENV)s/etc/cinder/resource_filters.json
state_path = %(LAB)s/var/cinder
image_conversion_dir = %(LAB)s/var/cinder/conversion
enabled_backends = lab
default_volume_type = lab
glance_api_servers = %(glance)s
report_interval = 10
service_down_time = 60
periodic_interval = 60
periodic_fuzzy_delay = 0
scheduler_driver_init_wait_time = 5
scheduler_default_filters = AvailabilityZoneFilter,CapacityFilter,CapabilitiesFilter
osapi_max_limit = 1000
quota_volumes = 100
quota_gigabytes = 10000
quota_snapshots = 100
[lab]
volume_driver = labdrivers.volume.LabVolumeDriver
volume_backend_name = lab
[coordination]
backend_url = file://%(LAB)s/run/cinder-locks
[service_user]
send_service_user_token = true
""" % dict(globals(), glance=URL['glance']) + AUTH + (
        '[nova]\ninterface = public\n' + AUTH) + database(
        'cinder') + AUTHTOKEN


def gnocchi():
    return """[DEFAULT]
log_file = %(LAB)s/log/gnocchi.log
use_stderr = false
coordination_url = file://%(LAB)s/run/gnocchi-locks
parallel_operations = 2
[api]
auth_mode = keystone
paste_config = %(ETC)s/gnocchi-api-paste.ini
max_limit = 1000
[indexer]
url = %(url)s
[storage]
driver = file
file_basepath = %(LAB)s/var/gnocchi
[incoming]
driver = file
file_basepath = %(LAB)s/var/gnocchi
[metricd]
workers = 1
metric_processing_delay = 1
metric_reporting_delay = 0
metric_cleanup_delay = 60
[archive_policy]
default_aggregation_methods = mean,min,max,sum,std,count
""" % dict(globals(), url=db('gnocchi')) + AUTHTOKEN


def clouds():
    """clouds.yaml for openstacksdk and openrc for everything else."""
    # sample-cloud: the target cloud of the catalogue, as ../target.py makes it
    people = {'lab': ('admin', 'admin'), 'lab-demo': ('demo', 'demo'),
              'lab-reader': ('reader', 'demo'),
              'sample-cloud': ('govcloud', 'govcloud')}
    text = 'clouds:\n'
    for cloud, (user, project) in people.items():
        text += """  {cloud}:
    auth:
      auth_url: {url}
      username: {user}
      password: {password}
      project_name: {project}
      user_domain_name: Default
      project_domain_name: Default
    region_name: {region}
    interface: public
    identity_api_version: 3
""".format(cloud=cloud, user=user, project=project, url=AUTH_URL,
           password=PASSWORD, region=REGION)
    text += """  lab-system:
    auth:
      auth_url: {url}
      username: admin
      password: {password}
      user_domain_name: Default
      system_scope: all
    region_name: {region}
    interface: public
    identity_api_version: 3
""".format(url=AUTH_URL, password=PASSWORD, region=REGION)
    write(LAB + '/clouds.yaml', text)
    write(LAB + '/openrc', """export OS_AUTH_URL={url}
export OS_IDENTITY_API_VERSION=3
export OS_USERNAME=admin
export OS_PASSWORD={password}
export OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_NAME=Default
export OS_PROJECT_DOMAIN_NAME=Default
export OS_REGION_NAME={region}
export OS_INTERFACE=public
""".format(url=AUTH_URL, password=PASSWORD, region=REGION))


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)


def main():
    if sys.argv[1:] == ['ports']:
        for name, port in PORTS.items():
            print(name, port)
        return
    for sub in ('etc', 'log', 'var/schema', 'run/locks', 'run/cinder-locks',
                'run/gnocchi-locks', 'var/fernet-keys', 'var/credential-keys',
                'var/glance/images', 'var/glance/staging', 'var/glance/tasks',
                'var/glance/cache', 'var/neutron', 'var/nova',
                'var/cinder/conversion', 'var/gnocchi'):
        os.makedirs(os.path.join(LAB, sub), exist_ok=True)
    for make in (keystone, placement, glance, neutron, nova, cinder, gnocchi):
        name = make.__name__
        text = make().replace('{name}', name)
        if name != 'gnocchi':
            text += COMMON
        # glance looks for glance-api.conf
        write('%s/%s.conf' % (ETC, 'glance-api' if name == 'glance' else name),
              text)
    shutil.copy(VENV + '/etc/nova/api-paste.ini', ETC + '/nova-api-paste.ini')
    # keystonemiddleware looks for gnocchi.conf in /etc only, unless told
    found = glob.glob(VENV + '/lib/python3*/site-packages/gnocchi/rest/'
                      'api-paste.ini')
    write(ETC + '/gnocchi-api-paste.ini', open(found[0]).read().replace(
        'oslo_config_project = gnocchi',
        'oslo_config_project = gnocchi\noslo_config_file = %s/gnocchi.conf'
        % ETC))
    # nova-compute refuses a second start without this file
    if not os.path.exists(LAB + '/var/nova/compute_id'):
        write(LAB + '/var/nova/compute_id',
              '5ca1ab1e-0000-4000-8000-000000000001')
    # what keystone-manage fernet_setup and credential_setup make
    for keys in ('fernet-keys', 'credential-keys'):
        os.chmod('%s/var/%s' % (LAB, keys), 0o700)
        for number in '01':
            path = '%s/var/%s/%s' % (LAB, keys, number)
            if not os.path.exists(path):
                write(path, base64.urlsafe_b64encode(os.urandom(32)).decode())
    clouds()


if __name__ == '__main__':
    main()
