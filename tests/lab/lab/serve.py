#!/usr/bin/env python3
"""Run one OpenStack project of the lab in one process.

    serve.py NAME PORT

NAME is keystone, placement, glance, neutron, nova, cinder or gnocchi. The
configuration is read from $LAB_HOME/etc (written by configure.py).

Each project runs whole in a single process: its REST API behind a threaded
WSGI server (cheroot) and, for nova and cinder, also its scheduler, conductor
and compute/volume services. That way oslo.messaging's in-memory ``fake://``
transport carries the RPC and no RabbitMQ is needed. All services run on native
threads, without eventlet.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time

LAB = os.environ['LAB_HOME']
ETC = os.path.join(LAB, 'etc')
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)            # labdrivers and its entry points


class TokenCache:
    """What keystonemiddleware wants of a memcache client, kept in memory.

    Without it every request to a service costs one more request to keystone.
    """

    def __init__(self):
        self._data = {}
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            value, until = self._data.get(key, (None, 0))
        return value if until > time.time() else None

    def set(self, key, value, time=0, **kwargs):
        import time as clock
        with self._lock:
            if len(self._data) > 5000:
                self._data.clear()
            self._data[key] = (value, clock.time() + (time or 60))


class Body:
    """A request's body that stays open. glance closes wsgi.input after an
    upload, and cheroot, which still has to read the end of a chunked body,
    then drops the connection without an answer."""

    def __init__(self, raw):
        self.read = raw.read
        self.readline = raw.readline
        self.readlines = raw.readlines
        self._raw = raw

    def __iter__(self):
        return iter(self._raw)

    def close(self):
        pass


class Front:
    """Outermost WSGI layer: gives the token cache to keystonemiddleware and
    writes one line per request to the access log."""

    def __init__(self, app, name):
        self.app = app
        self.cache = TokenCache()
        self.log = open(os.path.join(LAB, 'log', name + '-access.log'), 'a',
                        buffering=1)

    def __call__(self, environ, start_response):
        environ['lab.cache'] = self.cache
        # The HTTP server ends the body for us, chunked or not: say so, or
        # webob ignores chunked uploads.
        environ['wsgi.input_terminated'] = True
        environ['wsgi.input'] = Body(environ['wsgi.input'])
        begun = time.time()
        seen = ['-']

        def start(status, headers, *rest):
            seen[0] = status.split(' ', 1)[0]
            return start_response(status, headers, *rest)
        try:
            return self.app(environ, start)
        finally:
            query = environ.get('QUERY_STRING')
            self.log.write('%s %s %s%s %s %.0fms\n' % (
                time.strftime('%H:%M:%S'), environ['REQUEST_METHOD'],
                environ['PATH_INFO'], '?' + query if query else '',
                seen[0], (time.time() - begun) * 1000))


def first_time(name):
    """True until done(name): whether the database has still to be set up."""
    return not os.path.exists(os.path.join(LAB, 'var', 'schema', name))


def done(name):
    open(os.path.join(LAB, 'var', 'schema', name), 'w').close()


def wait_until(test, what, seconds=300):
    end = time.time() + seconds
    while not test():
        if time.time() > end:
            raise SystemExit('gave up waiting for ' + what)
        time.sleep(0.2)


# Each function below sets up its database where that was not done yet, as the
# project's own *-manage command would (in this process: importing a project
# costs more time than its migrations), and returns the project's WSGI app.

def keystone():
    os.environ['OS_KEYSTONE_CONFIG_DIR'] = ETC
    from keystone.wsgi.api import application
    if first_time('keystone'):
        from keystone.cmd import bootstrap
        from keystone.common.sql import upgrades
        import configure
        upgrades.offline_sync_database_to_version()
        # the application has loaded them, and a second time is refused
        bootstrap.backends.load_backends = lambda: None
        boot = bootstrap.Bootstrapper()
        boot.admin_username = boot.project_name = boot.admin_role_name = 'admin'
        boot.admin_password = configure.PASSWORD
        boot.service_name = 'keystone'
        boot.region_id = configure.REGION
        boot.public_url = boot.internal_url = boot.admin_url = configure.AUTH_URL
        boot.immutable_roles = True
        boot.bootstrap()
        done('keystone')
    return application


def placement():
    os.environ['OS_PLACEMENT_CONFIG_DIR'] = ETC
    # [placement_database] sync_on_startup does the set-up
    from placement.wsgi.api import application
    return application


def glance():
    os.environ['OS_GLANCE_CONFIG_DIR'] = ETC
    if first_time('glance'):
        from glance.cmd import manage
        manage.CONF([], project='glance',
                    default_config_files=[ETC + '/glance-api.conf'])
        manage.DbCommands().sync()
        done('glance')
    from glance.wsgi.api import application
    return application


def neutron():
    os.environ['OS_NEUTRON_CONFIG_DIR'] = ETC
    os.environ['OS_NEUTRON_CONFIG_FILES'] = 'neutron.conf'
    if first_time('neutron'):
        argv, sys.argv = sys.argv, [
            'neutron-db-manage', '--config-file', ETC + '/neutron.conf',
            'upgrade', 'heads']
        from neutron.db.migration import cli
        cli.main()
        sys.argv = argv
        done('neutron')
    from labdrivers import l3
    l3.install()
    from neutron.wsgi.api import application
    return application


def nova():
    os.environ['OS_NOVA_CONFIG_DIR'] = ETC
    os.environ['OS_NOVA_CONFIG_FILES'] = 'nova-api-paste.ini;nova.conf'
    from nova import monkey_patch
    monkey_patch.patch(backend='threading')
    monkey_patch.patch = lambda *args, **kwargs: None       # once is enough
    from nova import config
    from nova import objects
    config.parse_args(['nova', '--config-file', ETC + '/nova.conf'])
    config.parse_args = lambda *args, **kwargs: None        # likewise
    objects.register_all()
    if first_time('nova'):
        from nova.cmd import manage
        manage.ApiDbCommands().sync()
        manage.CellV2Commands().map_cell0()
        manage.DbCommands().sync()                          # cell0 and cell1
        if manage.CellV2Commands().create_cell(name='cell1') == 1:
            raise SystemExit('nova: cell1 was not made')
        done('nova')

    import nova.virt
    from labdrivers import virt
    sys.modules['nova.virt.lab'] = nova.virt.lab = virt
    # nova-compute registers its host in placement, which it finds in keystone
    wait_until(lambda: not first_time('identity') and answers('placement'),
               'keystone and placement')
    from nova.wsgi.osapi_compute import application

    import os_brick
    import os_vif
    from nova.compute import rpcapi as compute_rpcapi
    from nova.conductor import rpcapi as conductor_rpcapi
    from nova import context
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler_rpcapi
    from nova import service
    os_brick.setup(config.CONF)
    os_vif.initialize()

    def start(**kwargs):
        service.Service.create(**kwargs).start()

    start(binary='nova-conductor', topic=conductor_rpcapi.RPC_TOPIC)
    start(binary='nova-scheduler', topic=scheduler_rpcapi.RPC_TOPIC)
    for number in range(1, int(os.environ.get('LAB_COMPUTES', '10')) + 1):
        start(host='compute-%d' % number, binary='nova-compute',
              topic=compute_rpcapi.RPC_TOPIC,
              topic_alt=compute_rpcapi.RPC_TOPIC_ALT)
    # what "nova-manage cell_v2 discover_hosts" does
    host_mapping.discover_hosts(context.get_admin_context())
    return application


def cinder():
    os.environ['OS_CINDER_DISABLE_EVENTLET_PATCHING'] = 'true'
    sys.argv[1:] = ['--config-file', ETC + '/cinder.conf']
    from cinder import monkey_patch
    monkey_patch.patch()
    from oslo_config import cfg
    CONF = cfg.CONF
    if first_time('cinder'):
        from cinder.common import config  # noqa: F401  (registers options)
        from cinder.db import migration
        CONF(sys.argv[1:], project='cinder')
        migration.db_sync()
        done('cinder')
    from cinder.wsgi.api import application

    import os_brick
    from cinder.common import constants
    from cinder import service
    os_brick.setup(CONF)
    lock = threading.Lock()

    def start(**kwargs):
        svc = service.Service.create(**kwargs)
        report = svc.report_state

        def report_state():
            # cinder expects one service in a process: its id is kept on the
            # class, and the last one started would get all the heartbeats
            with lock:
                service.Service.service_id = svc.origin_service_id
                report()
        svc.report_state = report_state
        svc.start()

    # The volume services first: the scheduler's start waits to hear from one.
    for backend in CONF.enabled_backends:
        start(host='%s@%s' % (CONF.host, backend), service_name=backend,
              binary=constants.VOLUME_BINARY, coordination=True)
    start(binary='cinder-scheduler')
    return application


def gnocchi():
    sys.argv[1:] = ['--config-file', ETC + '/gnocchi.conf']
    if first_time('gnocchi'):
        from gnocchi.cli import manage
        manage.upgrade()
        done('gnocchi')
    from gnocchi.wsgi.api import application

    # gnocchi-metricd's work, in a thread instead of four more processes
    from gnocchi.cli import metricd
    from gnocchi import service
    conf = service.prepare_service()
    for number, job in enumerate((metricd.MetricProcessor,
                                  metricd.MetricJanitor)):
        threading.Thread(target=job(number, conf).run, daemon=True).start()
    return application


def answers(name):
    import configure
    try:
        socket.create_connection(('127.0.0.1', configure.PORTS[name]),
                                 1).close()
        return True
    except OSError:
        return False


def main():
    name, port = sys.argv[1], int(sys.argv[2])
    os.environ.setdefault('PYTHONWARNINGS', 'ignore')
    sys.argv[:] = [name + '-lab']

    # Everything durable is in the database: no service has to be stopped with
    # care.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    begun = time.time()
    app = globals()[name]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))

    from cheroot import wsgi
    server = wsgi.Server(('127.0.0.1', port), Front(app, name),
                         numthreads=int(os.environ.get('LAB_THREADS', '16')),
                         request_queue_size=256, timeout=60)
    # the error log of cheroot is for broken connections only
    server.error_log = lambda msg='', level=20, traceback=False: (
        logging.getLogger('cheroot').log(level, msg))
    server.prepare()
    with open(os.path.join(LAB, 'run', name + '.up'), 'w') as f:
        f.write('%d\n' % os.getpid())
    print('%s serves 127.0.0.1:%d after %.1f s'
          % (name, port, time.time() - begun), flush=True)
    server.serve()


if __name__ == '__main__':
    main()
