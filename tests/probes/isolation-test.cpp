// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app can see and reach: each case tries one forbidden thing from inside a real sandbox.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "broker/base/connection.h"
#include "launcher/sandbox/process-handle.h"
#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;

class IsolationTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void onlyLoopbackIsThere();
  void hostLoopbackIsAnotherOne();
  void noOtherProcessesAreSeen();
  void noCapabilitiesAndNoNewOnes();
  void neverRootInside();
  void noSetuidProgramGains();
  void nothingOfTheHostIsWritable();
  void personsHomeIsNotThere();
  void battery25_mountTableIsGolden();
  void battery26_pathSocketsAreGolden();
  void battery26_abstractSocketsAreGolden();
  void noBusButItsOwnAndNoDisplay();
  void battery9_onlyTheStandardDescriptors();
  void battery9_nothingOfTheBrokersIsInherited();
  void battery10_environmentIsExactlyTheList();
  void battery10_brokersEnvironmentIsNowhere();
  void battery11_argumentsCannotBecomeOptions();
  void battery4_nestedNamespaces();
  void battery1_controllingTerminalIsNotTheLaunchers();
  void battery5_linksAtEachPathBeforeTheRun();
  void battery6_linksDuringTheRun();
  void battery7_hostileMountPointParents();
  void battery24_policyCannotBeMadeFromInside();
  void battery32_killPathRefusesEverybody();
  void processOneIsOutOfReach();
  void rootOfProcessOneIsOurs();
  void ownExecutableCannotBeWritten();
  void kernelSettingsCannotBeWritten();
  void identityFilesNameNobodyElse();
  void hostNameIsNotTheMachines();
  void runtimeDirectoryIsPrivate();
  void tmpIsPrivate();
  void devicesAreTheHarmlessOnes();
  void nothingIsShared_betweenTwoSandboxes();
  void personsFontsAreShownReadOnly();
  void personsLooksAreShownReadOnly_data();
  void personsLooksAreShownReadOnly();
  void languagesAreThere();
  void linkedFontsAreNotShown();
};

namespace {

std::string python(LaunchBench& bench, const std::string& text, LaunchOptions options = {}) {
  options.command = {"python3", "-c", text};
  auto ending = bench.run(std::move(options));
  return ending.out + ending.err;
}

void write(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << content;
}

std::filesystem::path homeIn(LaunchBench& bench) {
  std::filesystem::create_directories(bench.privateHome());
  std::filesystem::permissions(bench.privateHome(), std::filesystem::perms::owner_all);
  return bench.privateHome();
}

std::set<std::string> lines(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> result;
  for (std::string line; std::getline(stream, line);) result.insert(line);
  return result;
}

QByteArray shown(const std::set<std::string>& set) {
  QByteArray result;
  for (auto& one : set) result += one + "\n";
  return result;
}

}  // namespace

void IsolationTest::onlyLoopbackIsThere() {
  LaunchBench bench;
  QCOMPARE(python(bench, "import socket\nprint([name for _,name in socket.if_nameindex()])"), "['lo']\n");
  QCOMPARE(python(bench,
                  "import socket\ns=socket.socket()\ns.settimeout(2)\ntry:\n s.connect(('192.0.2.1',80))\n "
                  "print('connected')\nexcept OSError as e:\n print(e.errno)"),
           "101\n");  // ENETUNREACH
}

void IsolationTest::hostLoopbackIsAnotherOne() {
  LaunchBench bench;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  QCOMPARE(listen(listener, 5), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  auto port = std::to_string(ntohs(address.sin_port));
  QCOMPARE(python(bench, "import socket\ntry:\n socket.create_connection(('127.0.0.1'," + port +
                             "))\n print('connected')\nexcept OSError as e:\n print(e.errno)"),
           "111\n");
  ::close(listener);
}

void IsolationTest::noOtherProcessesAreSeen() {
  LaunchBench bench;
  auto seen = lines(python(
      bench,
      "import os\nfor p in os.listdir('/proc'):\n  if p.isdigit(): print(open('/proc/'+p+'/comm').read().strip())"));
  // bubblewrap gives process 1 no name of its own choosing: it is called by the descriptor it was executed from.
  QCOMPARE(seen.size(), 2u);
  QVERIFY(seen.contains("python3"));
}

void IsolationTest::noCapabilitiesAndNoNewOnes() {
  LaunchBench bench;
  auto status = bench.sh("grep -E '^(Cap|NoNewPrivs|Seccomp)' /proc/self/status").out;
  for (auto set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    QVERIFY2(status.find(std::string(set) + ":\t0000000000000000\n") != std::string::npos, status.c_str());
  }
  QVERIFY(status.find("NoNewPrivs:\t1\n") != std::string::npos);
  QVERIFY(status.find("Seccomp:\t2\n") != std::string::npos);
}

void IsolationTest::neverRootInside() {
  LaunchBench bench;
  auto ids = bench.sh("id -u; id -g; cat /proc/self/uid_map; ls -n / | awk '{print $3}' | sort -u").out;
  QVERIFY(!ids.starts_with("0\n"));
  QCOMPARE(bench.sh("getent passwd 0; getent passwd root").out, "");
}

void IsolationTest::noSetuidProgramGains() {
  LaunchBench bench;
  QVERIFY(bench.sh("awk '$2 == \"/usr\" || $2 == \"/\"' /proc/mounts | grep -c nosuid").out == "2\n");
  QVERIFY(bench.sh("su -c id 2>&1 </dev/null").out.find("uid=0") == std::string::npos);
}

void IsolationTest::nothingOfTheHostIsWritable() {
  LaunchBench bench;
  // Every mount but the private home and what is memory of the sandbox's own is read-only.
  auto writable = python(bench,
                         "import os\n"
                         "for line in open('/proc/self/mountinfo'):\n"
                         "  left,right=line.split(' - ')\n"
                         "  place,options=left.split()[4:6]\n"
                         "  if 'rw' in options.split(','): print(place)\n");
  auto found = lines(writable);
  for (auto device : {"full", "null", "random", "tty", "urandom", "zero"}) found.erase(std::string("/dev/") + device);
  QCOMPARE(shown(found), shown({"/", "/dev", "/dev/pts", "/proc", bench.home()}));
  // And trying says the same.
  QCOMPARE(bench
               .sh("for d in / /usr /usr/bin /etc /etc/fonts /usr/share /var /proc /dev; do touch $d/x 2>/dev/null && "
                   "echo $d; done | grep -vxE '/|/etc|/var|/dev'")
               .out,
           "");
  QVERIFY(!std::filesystem::exists("/x") && !std::filesystem::exists("/etc/x"));
}

void IsolationTest::personsHomeIsNotThere() {
  LaunchBench bench;
  write(bench.home() + "/Documents/secret.txt", "secret");
  write(bench.home() + "/.ssh/id", "secret");
  LaunchOptions options;
  options.labels = {bench.home() + "/Documents"};
  QCOMPARE(bench.sh("cd; find . | sort", options).out, ".\n./Documents\n");
}

void IsolationTest::battery25_mountTableIsGolden() {
  LaunchBench bench;
  auto table = lines(
      python(bench,
             "for line in open('/proc/self/mountinfo'):\n"
             "  left,right=line.split(' - '); f=left.split()\n"
             "  o=f[5].split(','); print(f[4],right.split()[0] if f[4] in('/','/proc','/dev','/dev/pts') else 'bind',"
             "'ro' if 'ro' in o else 'rw','nosuid' if 'nosuid' in o else '-','nodev' if 'nodev' in o else '-')\n"));
  std::set<std::string> golden{
      "/ tmpfs rw nosuid nodev",
      "/proc proc rw nosuid nodev",
      "/dev tmpfs rw nosuid nodev",
      "/dev/pts devpts rw nosuid -",
      "/usr bind ro nosuid nodev",
      bench.home() + " bind rw nosuid nodev",
      "/run/latchkey/share bind ro nosuid nodev",
  };
  for (auto path : {"/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/xdg", "/etc/chromium.d", "/etc/ssl",
                    "/etc/pki/tls", "/etc/pki/ca-trust", "/etc/ca-certificates", "/etc/services", "/etc/protocols",
                    "/var/cache/fontconfig"}) {
    if (std::filesystem::exists(path)) golden.insert(std::string(path) + " bind ro nosuid nodev");
  }
  // Device nodes keep being device nodes; which file system they come from is the machine's business.
  std::erase_if(table, [](auto& line) {
    for (auto device : {"full", "null", "random", "tty", "urandom", "zero"}) {
      if (line.starts_with(std::string("/dev/") + device + " ")) return true;
    }
    return false;
  });
  // bubblewrap covers what /proc would let one write to.
  std::erase_if(table, [](auto& line) { return line.starts_with("/proc/") && line.find(" ro ") != line.npos; });
  QCOMPARE(shown(table), shown(golden));
}

void IsolationTest::battery26_pathSocketsAreGolden() {
  LaunchBench bench;
  // Sockets of the session, where sessions have them.
  for (auto path : {bench.top() + "/run/bus", bench.home() + "/.agent", std::string("/tmp/latchkey-probe-socket")}) {
    auto listener = listenAt(path);
    QVERIFY(bench.sh("test -e " + path).number != 0);
  }
  unlink("/tmp/latchkey-probe-socket");
  // Its own two, and no others: the bus is of this sandbox alone.
  auto uid = std::to_string(getuid() == 0 ? 1000 : getuid());
  QCOMPARE(shown(lines(bench.sh("find / -type s -not -path '/proc/*' 2>/dev/null").out)),
           shown({"/run/latchkey/app", "/run/user/" + uid + "/bus"}));
}

void IsolationTest::battery26_abstractSocketsAreGolden() {
  LaunchBench bench;
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, "\0latchkey-probe", 15);
  QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), offsetof(sockaddr_un, sun_path) + 15), 0);
  QCOMPARE(listen(listener, 5), 0);
  QCOMPARE(python(bench,
                  "import socket\ns=socket.socket(socket.AF_UNIX)\ntry:\n s.connect('\\0latchkey-probe')\n "
                  "print('connected')\nexcept OSError as e:\n print(e.errno)"),
           "111\n");
  QCOMPARE(bench.sh("grep -c @ /proc/net/unix").out, "0\n");
  ::close(listener);
}

void IsolationTest::noBusButItsOwnAndNoDisplay() {
  LaunchBench bench;
  LaunchOptions options;
  options.environment = {{"DBUS_SESSION_BUS_ADDRESS", "unix:path=" + bench.top() + "/run/bus"},
                         {"DISPLAY", ":65000"},  // Nobody serves it: an X server of another test may have :0.
                         {"SSH_AUTH_SOCK", "/tmp/agent"}};
  auto out = bench.sh("env | grep -E 'DBUS|DISPLAY|SSH|XAUTH'", options).out;
  auto uid = std::to_string(getuid() == 0 ? 1000 : getuid());
  QCOMPARE(out, "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/" + uid + "/bus\n");
  QCOMPARE(bench.sh("ls -A /tmp/.X11-unix 2>/dev/null; ls -A $XDG_RUNTIME_DIR", options).out, "bus\nflatpak-info\n");
}

void IsolationTest::battery9_onlyTheStandardDescriptors() {
  LaunchBench bench;
  QCOMPARE(bench.run({.command = {"/usr/bin/ls", "/proc/self/fd"}}).out,
           "0\n1\n2\n3\n");  // 3 is the directory ls reads.
}

void IsolationTest::battery9_nothingOfTheBrokersIsInherited() {
  LaunchBench bench;
  // A descriptor the broker forgot to close in the launcher does not reach the app.
  int forgotten = open("/etc/passwd", O_RDONLY);
  fcntl(forgotten, F_DUPFD, 50);
  QCOMPARE(bench.run({.command = {"/usr/bin/ls", "/proc/self/fd"}}).out, "0\n1\n2\n3\n");
  ::close(forgotten);
}

void IsolationTest::battery10_environmentIsExactlyTheList() {
  LaunchBench bench;
  LaunchOptions options;
  options.environment = {{"LANG", "C.UTF-8"},  {"TERM", "xterm"}, {"USER", "anna"}, {"LD_PRELOAD", "/x.so"},
                         {"GCONV_PATH", "/x"}, {"TOKEN", "x"},    {"HOME", "/x"},   {"PATH", "/x"}};
  options.command = {"env"};
  auto uid = std::to_string(getuid() == 0 ? 1000 : getuid());
  std::set<std::string> golden{"LANG=C.UTF-8",
                               "TERM=xterm",
                               "HOME=" + bench.home(),
                               "PWD=" + bench.home(),
                               "USER=anna",
                               "LOGNAME=anna",
                               "SHELL=/bin/sh",
                               "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
                               "XDG_RUNTIME_DIR=/run/user/" + uid,
                               "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/" + uid + "/bus",
                               "GTK_USE_PORTAL=1",
                               "IBUS_USE_PORTAL=1",
                               "QT_QPA_PLATFORMTHEME=xdgdesktopportal",
                               "ELECTRON_OZONE_PLATFORM_HINT=auto",
                               "XDG_DATA_DIRS=/usr/local/share:/usr/share:/run/latchkey/open",
                               "XDG_CONFIG_DIRS=/run/latchkey/open:/etc/xdg",
                               "GSETTINGS_BACKEND=keyfile",
                               "LATCHKEY=1",
                               "LATCHKEY_SOCKET=/run/latchkey/app"};
  QCOMPARE(shown(lines(bench.run(options).out)), shown(golden));
}

void IsolationTest::battery10_brokersEnvironmentIsNowhere() {
  LaunchBench bench;
  // The launcher has it (see LaunchBench); no process the app can look at does.
  QCOMPARE(bench.sh("cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c SECRET_OF_THE_BROKER").out, "0\n");
}

void IsolationTest::battery11_argumentsCannotBecomeOptions() {
  LaunchBench bench;
  auto ending = bench.run({.command = {"echo", "--ro-bind", "/", "/mnt", "--", "\n--bind", "@@u", "'"}});
  QCOMPARE(ending.out, "--ro-bind / /mnt -- \n--bind @@u '\n");
  // And no argument of the app stands on the command line of bubblewrap.
  auto launch = bench.start({.command = {"sleep", "1000.0815"}});
  bench.waitAtMost(20 * kj::SECONDS, launch->running());
  std::ifstream file("/proc/" + std::to_string(sandbox::parentOf(launch->firstProcess())) + "/cmdline");
  std::string words{std::istreambuf_iterator<char>(file), {}};
  QVERIFY(words.find("bwrap") != words.npos && words.find("1000.0815") == words.npos);
}

void IsolationTest::battery4_nestedNamespaces() {
  LaunchBench bench;
  for (auto flag : {"-U", "-Ur", "-m", "-n", "-p", "-i", "-u", "-C"})
    QVERIFY(bench.sh(std::string("unshare ") + flag + " true 2>/dev/null").number != 0);
}

void IsolationTest::battery1_controllingTerminalIsNotTheLaunchers() {
  LaunchBench bench;
  QCOMPARE(bench.sh("(: </dev/tty) 2>/dev/null && echo has; ps -o tty= -p $$").out, "?\n");
}

void IsolationTest::battery5_linksAtEachPathBeforeTheRun() {
  LaunchBench bench;
  auto home = homeIn(bench);
  auto outside = std::filesystem::path(bench.top()) / "outside";
  std::filesystem::create_directories(outside);
  for (auto name : {"Documents", "Downloads", ".local", ".config", ".cache"})
    std::filesystem::create_directory_symlink(outside, home / name);
  write(bench.home() + "/.local/share/fonts/a.ttf", "font");
  LaunchOptions options;
  options.labels = {bench.home() + "/Documents", bench.home() + "/Downloads"};
  auto ending = bench.sh("echo x > Documents/y; ls Documents; cat .local/share/fonts/a.ttf", options);
  QCOMPARE(ending.out, "y\nfont");
  QVERIFY(std::filesystem::is_empty(outside));
}

void IsolationTest::battery6_linksDuringTheRun() {
  LaunchBench bench;
  auto outside = std::filesystem::path(bench.top()) / "outside";
  std::filesystem::create_directories(outside);
  write(bench.home() + "/.local/share/fonts/a.ttf", "font");
  LaunchOptions options;
  options.labels = {bench.home() + "/Documents"};
  // One instance keeps swapping its folders for links out, while others of the same profile are started.
  options.command = {"python3", "-c",
                     "import os,shutil,time\nend=time.time()+8\nprint('here',flush=True)\n"
                     "def drop(p):\n  try: os.unlink(p)\n  except OSError: shutil.rmtree(p,ignore_errors=True)\n"
                     "while time.time()<end:\n"
                     "  for p in ('Documents','.local','.local/share','.local/share/fonts'):\n"
                     "    drop(p)\n"
                     "    for target in ('" +
                         outside.string() +
                         "','/','/usr','..'):\n"
                         "      try: os.symlink(target,p)\n"
                         "      except OSError: pass\n"
                         "      drop(p)\n"};
  auto attacker = bench.start(options);
  bench.waitAtMost(20 * kj::SECONDS, attacker->running());
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(6);
  int started = 0;
  while (std::chrono::steady_clock::now() < end) {
    LaunchOptions victim;
    victim.labels = options.labels;
    auto ending =
        bench.sh("touch Documents/x .local/share/fonts/x 2>/dev/null; touch /usr/x 2>/dev/null && echo wrote", victim);
    // It may be refused, but then cleanly.
    if (ending.kind == schema::ExitStatus::EXITED) ++started;
    QCOMPARE(ending.out, "");
  }
  QVERIFY(started > 0);
  QVERIFY(std::filesystem::is_empty(outside));
  QVERIFY(!std::filesystem::exists(bench.home() + "/.local/share/fonts/x"));
}

void IsolationTest::battery7_hostileMountPointParents() {
  LaunchBench bench;
  auto outside = std::filesystem::path(bench.top()) / "outside";
  std::filesystem::create_directories(outside);
  write(bench.home() + "/.local/share/icons/i", "icon");
  // The first run plants what it can at every parent of a future mount point; made on the host too, should a link be
  // followed out of the sandbox.
  for (auto target : {outside.string(), std::string("/"), std::string("/oldroot"), std::string("/proc/self/cwd"),
                      std::string("../../../..")}) {
    bench.sh("rm -rf .local Documents; mkdir -p .local; ln -s '" + target + "' .local/share; ln -s '" + target +
             "' Documents");
    LaunchOptions options;
    options.labels = {bench.home() + "/Documents"};
    auto ending = bench.sh("cat .local/share/icons/i; readlink Documents", options);
    QCOMPARE(ending.out, "icon");
    QVERIFY(std::filesystem::is_empty(outside));
  }
}

void IsolationTest::battery24_policyCannotBeMadeFromInside() {
  LaunchBench bench;
  // The places where Latchkey and the launcher look for anything, tried from inside; none appears outside.
  bench.sh(
      "for d in .config/latchkey .local/state/latchkey .local/share/latchkey .local/share/applications; do mkdir -p "
      "$d; echo x > $d/policy; done;"
      "mkdir -p /etc/latchkey $XDG_RUNTIME_DIR/latchkey; touch /etc/latchkey/policy $XDG_RUNTIME_DIR/latchkey/person;"
      "printf 'XDG_DOCUMENTS_DIR=\"/\"\\n' > .config/user-dirs.dirs; true");
  for (auto path : {"/.config/latchkey", "/.local/state/latchkey", "/.local/share/latchkey",
                    "/.local/share/applications", "/.config/user-dirs.dirs"}) {
    QVERIFY(!std::filesystem::exists(bench.home() + path));
  }
  QVERIFY(!std::filesystem::exists(bench.runtime() + "/person"));
  QVERIFY(!std::filesystem::exists("/etc/latchkey/policy"));
  auto second = bench.start({.command = {"true"}});
  bench.waitAtMost(20 * kj::SECONDS, second->ended());
  QCOMPARE(second->standardFolders,
           (std::vector<std::string>{bench.home() + "/Documents", bench.home() + "/Downloads"}));
}

void IsolationTest::battery32_killPathRefusesEverybody() {
  for (pid_t pid : {1, 0, -1, -2, -getpid()})
    QVERIFY_THROWS_EXCEPTION(kj::Exception, sandbox::ProcessHandle::open(pid));
  // A process that has gone, and whose number may be somebody else's by now, gets nothing.
  auto child = fork();
  if (child == 0) _exit(0);
  auto handle = sandbox::ProcessHandle::open(child);
  waitpid(child, nullptr, 0);
  QVERIFY(handle.ended());
  QVERIFY(!handle.signal(SIGKILL));
}

void IsolationTest::processOneIsOutOfReach() {
  LaunchBench bench;
  QCOMPARE(bench
               .sh("for f in environ mem maps fd/0 exe cwd root; do cat /proc/1/$f >/dev/null 2>&1 && echo $f; ls "
                   "/proc/1/$f/ >/dev/null 2>&1 && echo $f; done; ls /proc/1/fd 2>/dev/null; readlink /proc/1/exe")
               .out,
           "");
  // No signal of the app's ends it, and with it the launcher's only hold on the sandbox.
  QCOMPARE(bench.sh("kill -9 1; kill -TERM 1; kill -HUP 1; sleep 0.1; echo here").out, "here\n");
  QCOMPARE(bench.sh("kill -9 -1; echo here").out, "here\n");
}

void IsolationTest::rootOfProcessOneIsOurs() {
  LaunchBench bench;
  write(bench.home() + "/outside", "x");
  QVERIFY(bench.sh("cat /proc/1/root" + bench.home() + "/outside").number != 0);
  QVERIFY(bench.sh("cat /proc/self/root" + bench.home() + "/outside").number != 0);
  QVERIFY(bench.sh("cat ../../../../../.." + bench.home() + "/outside").number != 0);
  QCOMPARE(bench.sh("ls -d /oldroot /newroot 2>/dev/null").out, "");
}

void IsolationTest::ownExecutableCannotBeWritten() {
  LaunchBench bench;
  QCOMPARE(python(bench,
                  "import os\n"
                  "for p in ('/proc/self/exe','/proc/1/exe','/usr/bin/sh','/usr/bin/bwrap'):\n"
                  "  for flags in (os.O_WRONLY,os.O_RDWR):\n"
                  "    try:\n      os.open(p,flags); print('opened',p)\n    except OSError: pass\n"),
           "");
}

void IsolationTest::kernelSettingsCannotBeWritten() {
  LaunchBench bench;
  QCOMPARE(bench
               .sh("for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/hostname "
                   "/proc/sys/vm/drop_caches /proc/sys/user/max_user_namespaces "
                   "/proc/sys/net/ipv4/ip_forward; do (echo x > $f) 2>/dev/null && echo $f; done; ls -d /sys/kernel "
                   "/sys/fs 2>/dev/null")
               .out,
           "");
}

void IsolationTest::identityFilesNameNobodyElse() {
  LaunchBench bench;
  QCOMPARE(bench.sh("cut -d: -f1 /etc/passwd; cut -d: -f1 /etc/group").out, "person\nnobody\nperson\nnogroup\n");
  QCOMPARE(bench.sh("cat /etc/machine-id; ls /etc/shadow /etc/hostname /var/lib 2>/dev/null").out,
           "00000000000000000000000000000000\n");
  // Whom the machine asks for names is not for apps, and neither are its keys.
  QCOMPARE(bench.sh("grep nameserver /etc/resolv.conf; ls /etc/ssl/private/* 2>/dev/null").out,
           "nameserver 127.0.0.53\n");
}

void IsolationTest::hostNameIsNotTheMachines() {
  LaunchBench bench;
  QCOMPARE(bench.sh("uname -n").out, "latchkey\n");
}

void IsolationTest::runtimeDirectoryIsPrivate() {
  LaunchBench bench;
  QCOMPARE(bench.sh("stat -c %a $XDG_RUNTIME_DIR; stat -c %a /run/latchkey").out, "700\n700\n");
}

void IsolationTest::tmpIsPrivate() {
  LaunchBench bench;
  write("/tmp/latchkey-probe-file", "x");
  QVERIFY(bench.sh("test -e /tmp/latchkey-probe-file").number != 0);
  std::filesystem::remove("/tmp/latchkey-probe-file");
  bench.sh("touch /tmp/latchkey-inside");
  QVERIFY(!std::filesystem::exists("/tmp/latchkey-inside"));
  QVERIFY(bench.sh("test -e /tmp/latchkey-inside").number != 0);
}

void IsolationTest::devicesAreTheHarmlessOnes() {
  LaunchBench bench;
  std::set<std::string> golden{"core", "fd",     "full",  "null",   "ptmx", "pts",     "random",
                               "shm",  "stderr", "stdin", "stdout", "tty",  "urandom", "zero"};
  QCOMPARE(shown(lines(bench.sh("ls -A /dev").out)), shown(golden));
}

void IsolationTest::nothingIsShared_betweenTwoSandboxes() {
  LaunchBench bench;
  auto first = bench.start(
      {.command = {
           "python3", "-c",
           "import socket,time\ns=socket.socket(socket.AF_UNIX); s.bind('\\0between'); s.listen()\nopen('/tmp/t','w'); "
           "open('/dev/shm/s','w')\nt=socket.socket(); t.bind(('127.0.0.1',7777)); t.listen()\ntime.sleep(1000)"}});
  bench.waitAtMost(20 * kj::SECONDS, first->running());
  bench.wait(bench.timer().afterDelay(500 * kj::MILLISECONDS));
  LaunchOptions other;
  other.profile = "other";
  auto result =
      python(bench,
             "import socket,os\nfor f,a in((socket.AF_UNIX,'\\0between'),(socket.AF_INET,('127.0.0.1',7777))):\n  "
             "try:\n    socket.socket(f).connect(a); print('reached')\n  except OSError: "
             "pass\nprint(os.path.exists('/tmp/t'),os.path.exists('/dev/shm/s'),os.path.exists('/proc/sysvipc/x'))",
             other);
  QCOMPARE(result, "False False False\n");
}

void IsolationTest::personsFontsAreShownReadOnly() {
  LaunchBench bench;
  write(bench.home() + "/.fonts/mine.ttf", "font");
  write(bench.home() + "/.secret", "secret");
  QCOMPARE(bench.sh("cat .fonts/mine.ttf; touch .fonts/x 2>/dev/null && echo wrote; ls -A .fonts; ls -A | sort").out,
           "fontmine.ttf\n.fonts\n");
}

void IsolationTest::personsLooksAreShownReadOnly_data() {
  QTest::addColumn<QByteArray>("place");
  for (auto place : {".icons", ".themes", ".local/share/fonts", ".local/share/icons", ".local/share/themes"})
    QTest::newRow(place) << QByteArray(place);
}

// What a person chose for all apps to look like, and nothing beside it.
void IsolationTest::personsLooksAreShownReadOnly() {
  QFETCH(QByteArray, place);
  LaunchBench bench;
  auto folder = place.toStdString();
  write(bench.home() + "/" + folder + "/Mine/index.theme", "mine");
  write(bench.home() + "/" + folder + "/../secret", "secret");
  auto script = "cat " + folder + "/Mine/index.theme; touch " + folder + "/x 2>/dev/null && echo wrote; rm -r " +
                folder + "/Mine 2>/dev/null && echo removed; cat " + folder + "/../secret 2>/dev/null; ls -A " + folder;
  QCOMPARE(bench.sh(script).out, "mineMine\n");
  QVERIFY(std::filesystem::exists(bench.home() + "/" + folder + "/Mine/index.theme"));
}

void IsolationTest::languagesAreThere() {
  LaunchBench bench;
  // As the machine has them: whatever it can speak, apps can.
  std::string here;
  std::error_code missing;
  for (auto& entry : std::filesystem::directory_iterator("/usr/lib/locale", missing))
    here += entry.path().filename().string() + "\n";
  QCOMPARE(lines(bench.sh("ls /usr/lib/locale").out), lines(here));
  QCOMPARE(bench.sh("LC_ALL=C.UTF-8 locale charmap").out, "UTF-8\n");
}

void IsolationTest::linkedFontsAreNotShown() {
  LaunchBench bench;
  write(bench.home() + "/Documents/secret", "secret");
  std::filesystem::create_directory_symlink(bench.home() + "/Documents", bench.home() + "/.fonts");
  QCOMPARE(bench.sh("ls -A .fonts 2>/dev/null").out, "");
}

QTEST_GUILESS_MAIN(IsolationTest)
#include "isolation-test.moc"
