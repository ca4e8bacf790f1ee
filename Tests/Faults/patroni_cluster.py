"""Three machines of a cluster, played by network namespaces: etcd, Patroni and PostgreSQL on each."""

import glob
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

NETWORK = "10.77.0"
# What Documentation/Operations/Patroni.md recommends, word for word.
SETTINGS = {
    "ttl": 20,
    "loop_wait": 3,
    "retry_timeout": 5,
    "primary_start_timeout": 10,
    "maximum_lag_on_failover": 0,
    "synchronous_mode": True,
    "synchronous_mode_strict": True,
    "postgresql": {
        "use_pg_rewind": True,
        "parameters": {
            "max_connections": 100,
            "max_pred_locks_per_transaction": 256,
            "synchronous_commit": "on",
            "wal_retrieve_retry_interval": "1s",
            "wal_sender_timeout": "10s",
            "wal_receiver_timeout": "10s",
        },
    },
}


def missing():
    """What this machine lacks, as Debian's packages."""
    programs = {"patroni": "patroni", "etcd": "etcd-server", "nft": "nftables", "ip": "iproute2"}
    lacking = [package for program, package in programs.items() if not shutil.which(program)]
    modules = {"psycopg2": "python3-psycopg2", "etcd": "python3-etcd"}
    lacking += [package for module, package in modules.items() if not importlib.util.find_spec(module)]
    if not glob.glob("/usr/lib/postgresql/*/bin/postgres"):
        lacking.append("postgresql")
    return lacking


def command(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Node:
    """One machine."""

    def __init__(self, number, folder):
        self.name = f"n{number}"
        self.address = f"{NETWORK}.{number}"
        self.link = f"v{number}"
        self.folder = f"{folder}/{self.name}"
        os.mkdir(self.folder)
        shutil.chown(self.folder, "postgres", "postgres")
        self.peers = [f"{NETWORK}.{other}" for other in (1, 2, 3) if other != number]
        self.etcd = self.patroni = None
        command("ip", "netns", "add", self.name)
        command("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        command("ip", "link", "set", self.link, "master", "br0", "up")
        for words in (["addr", "add", f"{self.address}/24", "dev", "eth0"], ["link", "set", "eth0", "up"],
                      ["link", "set", "lo", "up"]):
            command("ip", "-n", self.name, *words)

    def _start(self, what, *words):
        log = open(f"{self.folder}/{what}.log", "ab")
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
             *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/tmp", start_new_session=True)

    def start_etcd(self):
        members = ",".join(f"n{i}=http://{NETWORK}.{i}:2380" for i in (1, 2, 3))
        self.etcd = self._start(
            "etcd", "etcd", "--name", self.name, "--data-dir", f"{self.folder}/etcd", "--listen-peer-urls",
            f"http://{self.address}:2380", "--initial-advertise-peer-urls", f"http://{self.address}:2380",
            "--listen-client-urls", f"http://{self.address}:2379", "--advertise-client-urls",
            f"http://{self.address}:2379", "--initial-cluster", members, "--initial-cluster-state", "new",
            "--enable-v2", "--pre-vote", "--heartbeat-interval", "200", "--election-timeout", "2000", "--logger", "zap",
            "--log-level", "error")

    def start_patroni(self):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        trusted = [f"host all all {NETWORK}.0/24 trust", f"host replication replicator {NETWORK}.0/24 trust",
                   "local all all trust"]
        configuration = {
            "scope": "sijill",
            "name": self.name,
            "restapi": {"listen": f"{self.address}:8008", "connect_address": f"{self.address}:8008"},
            # Patroni 3.0.2 writes its lock without a comparison through `etcd3`: a leader that comes back from behind a
            # cut then takes the lock from its successor, with acknowledged writes lost. `etcd` compares.
            os.environ.get("SIJILL_PATRONI_LOCK", "etcd"): {"hosts": [f"{NETWORK}.{i}:2379" for i in (1, 2, 3)]},
            "bootstrap": {
                "dcs": SETTINGS,
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
                "users": {"sijill": {"password": "unused", "options": ["createdb"]}},
            },
            "postgresql": {
                "listen": f"{self.address}:5432",
                "connect_address": f"{self.address}:5432",
                "data_dir": f"{self.folder}/data",
                "bin_dir": binaries,
                "pgpass": f"{self.folder}/pgpass",
                "pg_hba": trusted,
                "authentication": {
                    "superuser": {"username": "postgres", "password": "unused"},
                    "replication": {"username": "replicator", "password": "unused"},
                },
                "parameters": {"unix_socket_directories": self.folder, "shared_buffers": "64MB"},
                "remove_data_directory_on_rewind_failure": True,
                "remove_data_directory_on_diverged_timelines": True,
            },
            # A container has no watchdog: `frozen` plays it.
            "watchdog": {"mode": "off"},
        }
        path = f"{self.folder}/patroni.yaml"
        with open(path, "w") as file:
            json.dump(configuration, file)
        os.chmod(path, 0o644)
        self.patroni = self._start("patroni", "patroni", path)

    def start(self):
        if self.etcd is None:
            self.start_etcd()
        if self.patroni is None:
            self.start_patroni()

    def pids(self):
        listed = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True, check=True)
        return [int(pid) for pid in listed.stdout.split()]

    def kill_database(self):
        """SIGKILL of Patroni and of the postmaster, at once."""
        with open(f"{self.folder}/data/postmaster.pid") as file:
            postmaster = int(file.readline())
        os.kill(self.patroni.pid, signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)
        self.patroni.wait()
        self.patroni = None

    def kill_machine(self):
        """SIGKILL of all that runs here."""
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for process in (self.etcd, self.patroni):
            if process:
                process.wait()
        self.etcd = self.patroni = None

    def freeze_patroni(self):
        os.kill(self.patroni.pid, signal.SIGSTOP)

    def unplug(self):
        """Nobody reaches it."""
        command("ip", "link", "set", self.link, "down")

    def cut(self):
        """The other machines do not reach it, those who write still do."""
        peers = ", ".join(self.peers)
        rules = (f"table inet cut {{\n"
                 f"chain in {{ type filter hook input priority 0; ip saddr {{ {peers} }} drop; }}\n"
                 f"chain out {{ type filter hook output priority 0; ip daddr {{ {peers} }} drop; }}\n}}\n")
        subprocess.run(["ip", "netns", "exec", self.name, "nft", "-f", "-"], input=rules, text=True, check=True)

    def heal(self):
        """The network is whole, and all that belongs here runs."""
        command("ip", "link", "set", self.link, "up")
        subprocess.run(["ip", "netns", "exec", self.name, "nft", "flush", "ruleset"], check=True)
        self.start()


class Cluster:
    def __init__(self, folder):
        os.makedirs("/run/netns", exist_ok=True)
        # Names of namespaces are files: these are seen by this process and its children only.
        command("mount", "-t", "tmpfs", "namespaces", "/run/netns")
        # What a killed server leaves of its shared memory goes with this one.
        command("mount", "-t", "tmpfs", "memory", "/dev/shm")
        command("ip", "link", "set", "lo", "up")
        command("ip", "link", "add", "br0", "type", "bridge")
        command("ip", "addr", "add", f"{NETWORK}.254/24", "dev", "br0")
        command("ip", "link", "set", "br0", "up")
        self.nodes = [Node(number, folder) for number in (1, 2, 3)]
        for node in self.nodes:
            node.start()

    def url(self, database):
        hosts = ",".join(node.address for node in self.nodes)
        return f"postgresql://{hosts}/{database}?user=sijill&sslmode=disable&connect_timeout=2"

    def members(self):
        """What the machines that answer say of themselves: name to (role, state)."""
        found = {}
        for node in self.nodes:
            try:
                with urllib.request.urlopen(f"http://{node.address}:8008/patroni", timeout=1) as answer:
                    said = json.load(answer)
            except urllib.error.HTTPError as error:
                said = json.load(error)
            except OSError:
                continue
            found[node.name] = said
        return found

    def leader(self):
        """The machine whose database takes writes, of those that answer; nil while there is none."""
        for name, said in self.members().items():
            if said.get("role") in ("master", "primary") and said.get("state") == "running":
                return next(node for node in self.nodes if node.name == name)
        return None

    def wait_until_whole(self, seconds=240):
        """One leader, two standbys that receive from it, one of them synchronous. Returns the leader."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for node in self.nodes:
                for what, restart in (("patroni", node.start_patroni), ("etcd", node.start_etcd)):
                    process = getattr(node, what)
                    if process is not None and process.poll() is not None:
                        restart()
            leader = self.leader()
            if leader:
                received = self.members()[leader.name].get("replication") or []
                running = [one for one in received if one["state"] == "streaming"]
                if len(running) == 2 and any(one["sync_state"] in ("sync", "quorum") for one in running):
                    return leader
            time.sleep(0.5)
        raise SystemExit(f"patroni: the cluster is not whole after {seconds} s: {self.members()}")
