// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "launcher/sandbox/process-handle.h"
#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;
using Status = schema::ExitStatus;

class LaunchTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void programsOwnExitStatusIsReported();
  void deathBySignalIsReported();
  void missingProgramIsNotFound();
  void missingProgramByPathIsNotFound();
  void plainFileIsNotExecutable();
  void brokenInterpreterIsNotExecutable();
  void refusedDescriptionStartsNothing();
  void argumentsArriveWholeAndAreNeverOptions();
  void CVE_2024_32462_commandLikeAnOption();
  void commandIdentityIsWhereItLies();
  void desktopEntryIsStarted();
  void actionOfAnEntryIsStarted();
  void entryOfAProgramForTheTerminalGetsOurs();
  void battery12_hostileDesktopEntryStaysOneProgram();
  void missingAppIsNotFound();
  void appImageIsStarted();
  void plainFileIsNoAppImage();
  void workingDirectoryIsTheHome();
  void missingWorkingDirectoryFails();
  void programWaitsUntilThePortalsAreThere();
  void factsCarryDescriptors();
  void standardFoldersAreDescribed();
  void labelsAreMadeWhereTheyCanBe();
  void outputEndsWithTheProgram();
  void directoryAsInputIsRefused();
  void stopAsksFirst();
  void stopKillsWhatDoesNotListen();
  void stopBeforeItRunsEndsIt();
  void stopReachesAStoppedProgram();
  void lastProcessEndsTheInstance();
  void signalReachesTheProgramsGroup();
  void processesAreListed();
  void terminalBecomesControlling();
  void appSocketReachesTheBroker();
  void brokerDeathLeavesTheAppRunning();
  void survivorComesHomeWithItsCookie();
  void endDuringBrokerDeathIsToldToTheNext();
  void refusedSurvivorKeepsTheAppRunning();
  void appConnectionsWaitForTheNextBroker();
  void brokerDeathBeforeTheStartEndsIt();
  void launcherDeathEndsTheSandbox();
  void bubblewrapDeathEndsTheSandbox();
  void librariesAreNotTakenFromTheWorkingDirectory();
  void runtimeDirectoryIsEmptied();
  void soundIsThereWhenItIsPermitted();
  void profilesHaveHomesOfTheirOwn();
};

namespace {

LaunchOptions command(std::vector<std::string> words) {
  LaunchOptions options;
  options.command = std::move(words);
  return options;
}

LaunchOptions script(const std::string& text) { return command({"sh", "-c", text}); }

void write(const std::string& path, const std::string& content, mode_t mode = 0644) {
  std::ofstream(path) << content;
  chmod(path.c_str(), mode);
}

std::string contentOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Until the program has said `word`.
bool waitFor(LaunchBench& bench, Launch& launch, const std::string& word) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (launch.out().find(word) != std::string::npos) return true;
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  return false;
}

bool gone(pid_t pid) { return kill(pid, 0) < 0 && errno == ESRCH; }

bool allGoneSoon(LaunchBench& bench, pid_t pid) {
  for (int tries = 0; tries < 500; ++tries) {
    if (gone(pid)) return true;
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  return false;
}

}  // namespace

void LaunchTest::programsOwnExitStatusIsReported() {
  LaunchBench bench;
  auto ending = bench.sh("echo hello; echo oh >&2; exit 3");
  QCOMPARE(ending.kind, Status::EXITED);
  QCOMPARE(ending.number, 3);
  QCOMPARE(ending.out, "hello\n");
  QCOMPARE(ending.err, "oh\n");
}

void LaunchTest::deathBySignalIsReported() {
  LaunchBench bench;
  auto ending = bench.sh("kill -SEGV $$");
  QCOMPARE(ending.kind, Status::SIGNALLED);
  QCOMPARE(ending.number, SIGSEGV);
}

void LaunchTest::missingProgramIsNotFound() {
  LaunchBench bench;
  auto ending = bench.run(command({"no-such-program"}));
  QCOMPARE(ending.kind, Status::NOT_FOUND);
  QVERIFY(ending.reason.find("no-such-program") != std::string::npos);
}

void LaunchTest::missingProgramByPathIsNotFound() {
  LaunchBench bench;
  // There on the host, but not for the app: only the sandbox can tell.
  write(bench.home() + "/tool", "#!/bin/sh\n", 0755);
  QCOMPARE(bench.run(command({bench.home() + "/tool"})).kind, Status::NOT_FOUND);
}

void LaunchTest::plainFileIsNotExecutable() {
  LaunchBench bench;
  QCOMPARE(bench.run(command({"/etc/passwd"})).kind, Status::NOT_EXECUTABLE);
  QCOMPARE(bench.run(command({"/usr/bin"})).kind, Status::NOT_EXECUTABLE);
}

void LaunchTest::brokenInterpreterIsNotExecutable() {
  LaunchBench bench;
  std::filesystem::create_directories(bench.privateHome());
  chmod(bench.privateHome().c_str(), 0700);
  // The same file inside and outside, so that only exec itself can refuse it.
  write(bench.privateHome() + "/tool", "not a program", 0755);
  write(bench.home() + "/tool", "not a program", 0755);
  auto ending = bench.run(command({bench.home() + "/tool"}));
  QCOMPARE(ending.kind, Status::NOT_EXECUTABLE);
}

void LaunchTest::refusedDescriptionStartsNothing() {
  LaunchBench bench;
  auto options = script("echo ran");
  options.refuseDescription = true;
  auto ending = bench.run(options);
  QCOMPARE(ending.kind, Status::FAILED);
  QVERIFY(ending.reason.find("may not be started") != std::string::npos);
  QCOMPARE(ending.out, "");
}

void LaunchTest::argumentsArriveWholeAndAreNeverOptions() {
  LaunchBench bench;
  std::vector<std::string> words{"printf", "<%s>", "--bind", "/ /mnt",     "",      "two words",
                                 "'q\"",   "@@",   "--",     "line\nline", "$HOME", "\xff\xfe"};
  std::string expected;
  for (size_t i = 2; i < words.size(); ++i) expected += "<" + words[i] + ">";
  QCOMPARE(bench.run(command(words)).out, expected);
}

void LaunchTest::CVE_2024_32462_commandLikeAnOption() {
  LaunchBench bench;
  for (auto name : {"--bind", "--dev-bind=/", "-h", "--args"}) {
    auto ending = bench.run(command({name, "/", "/mnt", "--", "sh", "-c", "ls /mnt"}));
    QCOMPARE(ending.kind, Status::NOT_FOUND);
    QCOMPARE(ending.out, "");
  }
}

void LaunchTest::commandIdentityIsWhereItLies() {
  LaunchBench bench;
  auto launch = bench.start(command({"/bin/true"}));
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QCOMPARE(launch->app, "command:/usr/bin/true");
  auto other = script("true");
  other.runAs = "org.example.Editor";
  auto second = bench.start(other);
  bench.waitAtMost(20 * kj::SECONDS, second->ended());
  QCOMPARE(second->app, "org.example.Editor");
}

namespace {

LaunchOptions app(LaunchBench& bench, const std::string& id, const std::string& entry) {
  auto data = bench.top() + "/data";
  std::filesystem::create_directories(data + "/applications");
  write(data + "/applications/" + id + ".desktop", "[Desktop Entry]\nType=Application\n" + entry);
  LaunchOptions options;
  options.app = id;
  options.environment.emplace_back("XDG_DATA_DIRS", data);
  return options;
}

}  // namespace

void LaunchTest::desktopEntryIsStarted() {
  LaunchBench bench;
  auto options = app(bench, "org.example.Show", "Name=Show\nIcon=show\nExec=printf <%%s> a %F \"b c\"\n");
  options.arguments = {"/tmp/one two", "--three"};
  auto launch = bench.start(options);
  auto ending = bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QCOMPARE(ending.out, "<a></tmp/one two><--three><b c>");
  QCOMPARE(launch->app, "org.example.Show");
  QCOMPARE(launch->name, "Show");
}

// Also of an entry that a session bus would start: there is none inside, so it is its Exec.
void LaunchTest::actionOfAnEntryIsStarted() {
  LaunchBench bench;
  auto options = app(bench, "org.example.Doer",
                     "Name=Doer\nExec=echo main\nDBusActivatable=true\nActions=new;\n\n[Desktop Action new]\n"
                     "Name=New\nExec=printf <%%s> new %F\n\n[Desktop Action hidden]\nName=Hidden\nExec=echo hidden\n");
  QCOMPARE(bench.run(options).out, "main\n");
  options.action = "new";
  options.arguments = {"/tmp/one two"};
  QCOMPARE(bench.run(options).out, "<new></tmp/one two>");
  for (auto action : {"old", "../new", "hidden"}) {
    options.action = action;
    auto ending = bench.run(options);
    QVERIFY2(ending.kind == Status::NOT_FOUND && ending.out.empty(), action);
  }
}

void LaunchTest::entryOfAProgramForTheTerminalGetsOurs() {
  LaunchBench bench;
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  grantpt(master);
  unlockpt(master);
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  QVERIFY(slave >= 0);
  auto options = app(bench, "org.example.Texty", "Name=Texty\nTerminal=true\nExec=sh -c %F\n");
  options.arguments = {"if : </dev/tty; then echo \"$(ps -o comm= -p $PPID) has-tty\"; fi >\"$HOME/answer\""};
  options.terminal = true;
  options.in = options.out = options.err = slave;
  auto launch = bench.start(options);
  ::close(slave);
  auto ending = bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  ::close(master);
  QCOMPARE(ending.kind, Status::EXITED);
  auto answer = contentOf(bench.privateHome() + "/answer");
  // In this one, and not in a terminal program around it.
  QVERIFY2(answer.ends_with(" has-tty\n") && answer.find("xterm") == answer.npos && answer.find("foot") == answer.npos,
           answer.c_str());
}

void LaunchTest::battery12_hostileDesktopEntryStaysOneProgram() {
  LaunchBench bench;
  // CVE-2024-32462, CVE-2021-21381: neither option of ours nor mark of another launcher.
  QCOMPARE(bench.run(app(bench, "a", "Name=a\nExec=--bind / /mnt sh\n")).kind, Status::NOT_FOUND);
  auto marks = app(bench, "b", "Name=b\nExec=echo @@ %f @@\n");
  marks.arguments = {"/etc/shadow"};
  QCOMPARE(bench.run(marks).out, "@@ /etc/shadow @@\n");
  QCOMPARE(bench.run(app(bench, "c", "Name=c\nExec=echo $(id) `id` ; id\n")).kind == Status::EXITED &&
               bench.run(app(bench, "c", "Name=c\nExec=echo $(id) `id` ; id\n")).out.find("uid=") != std::string::npos,
           false);
  QCOMPARE(bench.run(app(bench, "d", "Name=d\nPath=/etc/../root\nExec=pwd\n")).out, bench.home() + "\n");
}

void LaunchTest::missingAppIsNotFound() {
  LaunchBench bench;
  for (auto id : {"org.example.Missing", "../../etc/passwd", "-x", "", "a/b"}) {
    LaunchOptions options;
    options.app = id;
    if (!options.app.empty()) QCOMPARE(bench.run(options).kind, Status::NOT_FOUND);
  }
}

namespace {

// An AppImage around the folder `app`: as much of an ELF file as there must be, then the squashfs. It cannot be
// executed.
bool packAppImage(const std::string& folder, const std::string& file) {
  auto packed = file + ".squashfs";
  QProcess tool;
  tool.start("mksquashfs", {folder.c_str(), packed.c_str(), "-noappend", "-quiet", "-no-progress", "-all-root"});
  if (!tool.waitForFinished() || tool.exitCode() != 0) return false;
  Elf64_Ehdr header{};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  memcpy(header.e_ident + 8, "AI\x02", 3);
  header.e_shoff = 4096 - 64;
  header.e_shnum = 1;
  header.e_shentsize = 64;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.resize(4096, '\0');
  write(file, bytes + contentOf(packed), 0755);
  return true;
}

}  // namespace

void LaunchTest::appImageIsStarted() {
  if (QStandardPaths::findExecutable("mksquashfs").isEmpty()) QSKIP("squashfs-tools are not installed");
  LaunchBench bench;
  std::filesystem::create_directories(bench.top() + "/app");
  write(bench.top() + "/app/AppRun",
        "#!/bin/sh\necho $APPDIR \"$@\"; touch $APPDIR/x 2>/dev/null && echo wrote; ls ~\n", 0755);
  auto file = bench.home() + "/Tool one.AppImage";
  QVERIFY(packAppImage(bench.top() + "/app", file));
  LaunchOptions options;
  options.app = file;
  options.arguments = {"--a", "b c"};
  auto launch = bench.start(options);
  auto ending = bench.waitAtMost(30 * kj::SECONDS, launch->ended());
  QVERIFY2(ending.out == "/run/latchkey/image --a b c\n", (ending.reason + ending.out + ending.err).c_str());
  QCOMPARE(launch->app, "appimage:" + file);
}

void LaunchTest::plainFileIsNoAppImage() {
  LaunchBench bench;
  LaunchOptions options;
  for (auto path : {"/usr/bin/true", "/etc/passwd", "/usr", "/dev/zero"}) {
    options.app = path;
    QCOMPARE(bench.run(options).kind, Status::NOT_EXECUTABLE);
  }
  options.app = "/nowhere";
  QCOMPARE(bench.run(options).kind, Status::NOT_FOUND);
}

void LaunchTest::workingDirectoryIsTheHome() {
  LaunchBench bench;
  QCOMPARE(bench.sh("pwd; echo $PWD; echo $HOME").out, bench.home() + "\n" + bench.home() + "\n" + bench.home() + "\n");
}

void LaunchTest::missingWorkingDirectoryFails() {
  LaunchBench bench;
  auto options = script("echo ran");
  options.workingDirectory = bench.home() + "/not-there";
  auto ending = bench.run(options);
  QCOMPARE(ending.kind, Status::FAILED);
  QVERIFY(ending.reason.find("working directory") != std::string::npos);
  QCOMPARE(ending.out, "");
}

void LaunchTest::programWaitsUntilThePortalsAreThere() {
  LaunchBench bench;
  auto held = kj::newPromiseAndFulfiller<void>();
  auto options = script("echo ran");
  options.onReady = [&]() { return kj::mv(held.promise); };
  auto launch = bench.start(options);
  bench.waitAtMost(20 * kj::SECONDS, launch->ready());
  bench.wait(bench.timer().afterDelay(100 * kj::MILLISECONDS));
  QCOMPARE(launch->out(), "");
  held.fulfiller->fulfill();
  QCOMPARE(bench.waitAtMost(20 * kj::SECONDS, launch->ended()).out, "ran\n");
}

void LaunchTest::factsCarryDescriptors() {
  LaunchBench bench;
  auto launch = bench.start(script("true"));
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QCOMPARE(launch->descriptors, 4u);
  QVERIFY(launch->firstProcess() > 1);
  QVERIFY(!launch->limits.empty());
}

void LaunchTest::standardFoldersAreDescribed() {
  LaunchBench bench;
  std::filesystem::create_directories(bench.home() + "/.config");
  std::filesystem::create_directories(bench.home() + "/Meine Akten");
  write(bench.home() + "/.config/user-dirs.dirs",
        "# comment\nXDG_DOCUMENTS_DIR=\"$HOME/Meine "
        "Akten\"\nXDG_MUSIC_DIR=\"$HOME/\"\nXDG_VIDEOS_DIR=\"$HOME/gone\"\nXDG_DESKTOP_DIR=\"/\"\nXDG_DOWNLOAD_DIR=\"/"
        "tmp\"\nXDG_PICTURES_DIR=\"/etc/fonts\"\nPATH=\"/usr\"\n");
  auto launch = bench.start(script("true"));
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QCOMPARE(launch->standardFolders, std::vector<std::string>{bench.home() + "/Meine Akten"});
}

void LaunchTest::labelsAreMadeWhereTheyCanBe() {
  LaunchBench bench;
  auto options = script("ls -d Documents /media /mnt/disk; cat /etc/hostname /usr/x 2>/dev/null");
  options.labels = {bench.home() + "/Documents", "/media", "/mnt/disk", "/usr/x", "/etc", "/tmp", "relative"};
  QCOMPARE(bench.run(options).out, "/media\n/mnt/disk\nDocuments\n");
}

void LaunchTest::outputEndsWithTheProgram() {
  LaunchBench bench;
  // Neither the launcher nor bubblewrap keeps the pipe: a reader sees its end although the instance lives on.
  auto launch = bench.start(script("echo said; exec >/dev/null 2>&1; sleep 60"));
  QVERIFY(waitFor(bench, *launch, "said"));
  auto writers = [] {
    int count = 0;
    for (auto pid : descendants()) {
      std::error_code gone;
      for (auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", gone)) {
        auto target = std::filesystem::read_symlink(entry.path(), gone).string();
        // Only the launcher's own log and bubblewrap's complaints may be pipes.
        if (target.starts_with("pipe:") && (entry.path().filename() == "1" || entry.path().filename() == "0")) ++count;
      }
    }
    return count;
  };
  QTRY_COMPARE(writers(), 0);  // The program has said it before it lets go.
}

void LaunchTest::directoryAsInputIsRefused() {
  LaunchBench bench;
  auto options = script("ls -la /proc/self/fd/0/");
  options.in = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto ending = bench.run(options);
  ::close(options.in);
  QCOMPARE(ending.kind, Status::FAILED);
  QCOMPARE(ending.out, "");
}

void LaunchTest::stopAsksFirst() {
  LaunchBench bench;
  auto launch = bench.start(script("trap 'echo bye; exit 7' TERM; echo here; while :; do sleep 0.1; done"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto stop = launch->control().stopRequest();
  stop.setGraceSeconds(20);
  bench.waitAtMost(15 * kj::SECONDS, stop.send().ignoreResult());
  auto ending = bench.waitAtMost(10 * kj::SECONDS, launch->ended());
  QCOMPARE(ending.kind, Status::EXITED);
  QCOMPARE(ending.number, 7);
  QVERIFY(ending.out.find("bye") != std::string::npos);
}

void LaunchTest::stopKillsWhatDoesNotListen() {
  LaunchBench bench;
  auto launch =
      bench.start(script("trap '' TERM; (trap '' TERM; setsid sleep 1000) & echo here; sleep 1000; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto stop = launch->control().stopRequest();
  stop.setGraceSeconds(2);
  auto asked = bench.timer().now();
  bench.waitAtMost(15 * kj::SECONDS, stop.send().ignoreResult());
  auto ending = bench.waitAtMost(10 * kj::SECONDS, launch->ended());
  QVERIFY(bench.timer().now() - asked >= 2 * kj::SECONDS);  // All the time it was given.
  QCOMPARE(ending.kind, Status::SIGNALLED);
  QCOMPARE(ending.number, SIGKILL);
  bench.waitAtMost(10 * kj::SECONDS, launch->launcherGone());
  QCOMPARE(descendants().size(), 0u);
}

void LaunchTest::stopBeforeItRunsEndsIt() {
  LaunchBench bench;
  auto held = kj::newPromiseAndFulfiller<void>();
  auto options = script("echo ran");
  options.onReady = [&]() { return kj::mv(held.promise); };
  auto launch = bench.start(options);
  bench.waitAtMost(20 * kj::SECONDS, launch->ready());
  auto stop = launch->control().stopRequest();
  bench.waitAtMost(15 * kj::SECONDS, stop.send().ignoreResult());
  held.fulfiller->fulfill();
  auto ending = bench.waitAtMost(10 * kj::SECONDS, launch->ended());
  QCOMPARE(ending.kind, Status::FAILED);
  QCOMPARE(ending.out, "");
}

void LaunchTest::stopReachesAStoppedProgram() {
  LaunchBench bench;
  auto launch =
      bench.start(script("trap 'echo bye; exit 9' TERM; echo here; kill -STOP $$; while :; do sleep 0.1; done"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto stop = launch->control().stopRequest();
  stop.setGraceSeconds(20);
  bench.waitAtMost(15 * kj::SECONDS, stop.send().ignoreResult());
  QCOMPARE(bench.waitAtMost(10 * kj::SECONDS, launch->ended()).number, 9);
}

void LaunchTest::lastProcessEndsTheInstance() {
  LaunchBench bench;
  auto ending = bench.sh("(setsid sh -c 'sleep 0.5; echo late' &) ; echo early; exit 4");
  QCOMPARE(ending.number, 4);
  QCOMPARE(ending.out, "early\nlate\n");
}

void LaunchTest::signalReachesTheProgramsGroup() {
  LaunchBench bench;
  auto launch = bench.start(script("trap 'echo got; exit 0' USR1; echo here; while :; do sleep 0.1; done"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto call = launch->control().signalRequest();
  call.setNumber(SIGUSR1);
  bench.waitAtMost(10 * kj::SECONDS, call.send().ignoreResult());
  QVERIFY(bench.waitAtMost(10 * kj::SECONDS, launch->ended()).out.find("got") != std::string::npos);
  // And no number that is none.
  auto second = bench.start(script("echo here; sleep 5"));
  QVERIFY(waitFor(bench, *second, "here"));
  auto wrong = second->control().signalRequest();
  wrong.setNumber(4711);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, bench.waitAtMost(10 * kj::SECONDS, wrong.send().ignoreResult()));
}

void LaunchTest::processesAreListed() {
  LaunchBench bench;
  auto launch = bench.start(script("sleep 1000 & echo here; wait"));
  QVERIFY(waitFor(bench, *launch, "here"));
  std::vector<std::string> names;
  // The shell says so before it is the other program.
  for (int tries = 0; tries < 200 && names != std::vector<std::string>{"sh", "sleep"}; ++tries) {
    names.clear();
    auto answer = bench.waitAtMost(10 * kj::SECONDS, launch->control().processesRequest().send());
    for (auto process : answer.getList()) {
      names.push_back(process.getName().cStr());
      QVERIFY(process.getPid() > 1);
    }
    std::ranges::sort(names);
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  QCOMPARE(names, (std::vector<std::string>{"sh", "sleep"}));
}

void LaunchTest::terminalBecomesControlling() {
  LaunchBench bench;
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  grantpt(master);
  unlockpt(master);
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  QVERIFY(slave >= 0);
  auto options = script(
      "exec 3>&1; if : </dev/tty; then echo has-tty; fi >\"$HOME/answer\"; ps -o tpgid=,pgid= -p $$ "
      ">>\"$HOME/answer\"");
  options.terminal = true;
  options.in = options.out = options.err = slave;
  auto launch = bench.start(options);
  ::close(slave);
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  auto answer = contentOf(bench.privateHome() + "/answer");
  QVERIFY2(answer.starts_with("has-tty\n"), answer.c_str());
  ::close(master);
  // Without the order to, a terminal given as input does not become the controlling one.
  QVERIFY(bench.sh("if : </dev/tty; then echo has-tty; fi 2>/dev/null").out.empty());
}

void LaunchTest::appSocketReachesTheBroker() {
  LaunchBench bench;
  auto launch = bench.start(
      command({"python3", "-c",
               "import os,socket\ns=socket.socket(socket.AF_UNIX)\ns.connect(os.environ['LATCHKEY_SOCKET'])\n"
               "s.sendall(b'hello')\nprint(s.recv(10).decode())"}));
  for (int tries = 0; tries < 1000 && launch->connections.empty(); ++tries)
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  QCOMPARE(launch->connections.size(), 1u);
  char text[16] = {};
  QCOMPARE(read(launch->connections[0], text, sizeof text), ssize_t(5));
  QCOMPARE(std::string(text), "hello");
  // Who speaks is known from the kernel: it is in the sandbox.
  ucred credentials{};
  socklen_t size = sizeof credentials;
  QCOMPARE(getsockopt(launch->connections[0], SOL_SOCKET, SO_PEERCRED, &credentials, &size), 0);
  QVERIFY(sandbox::parentOf(credentials.pid) == launch->firstProcess());
  QCOMPARE(::write(launch->connections[0], "you", 3), ssize_t(3));
  QCOMPARE(bench.waitAtMost(10 * kj::SECONDS, launch->ended()).out, "you\n");
}

void LaunchTest::brokerDeathLeavesTheAppRunning() {
  LaunchBench bench;
  auto launch = bench.start(script("echo here; sleep 1; echo still >\"$HOME/still\"; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  launch->hangUp();
  bench.wait(bench.timer().afterDelay(1500 * kj::MILLISECONDS));
  QVERIFY(!gone(launch->firstProcess()));
  QCOMPARE(contentOf(bench.privateHome() + "/still"), "still\n");
}

namespace {

bool cameHome(LaunchBench& bench, Launch& launch, size_t times = 1) {
  for (int tries = 0; tries < 500; ++tries) {
    if (launch.returns.size() >= times) return true;
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  return false;
}

}  // namespace

void LaunchTest::survivorComesHomeWithItsCookie() {
  LaunchBench bench;
  auto launch = bench.start(script("echo here; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  launch->hangUp();
  auto next = bench.nextBroker(*launch);
  QVERIFY(cameHome(bench, *launch));
  auto& back = launch->returns[0];
  QCOMPARE(back.instance, launch->id());
  QCOMPARE(back.cookie, launch->cookie());
  QCOMPARE(back.pidfdOf, launch->launcher());
  QCOMPARE(back.descriptors, 4u);
  QVERIFY(back.running);
  // The new broker has it in hand as the old one had.
  auto stop = launch->control().stopRequest();
  stop.setGraceSeconds(5);
  bench.waitAtMost(15 * kj::SECONDS, stop.send().ignoreResult());
  QCOMPARE(bench.waitAtMost(15 * kj::SECONDS, launch->ended()).number, SIGTERM);
  QVERIFY(bench.waitAtMost(15 * kj::SECONDS, launch->launcherGone()));
}

void LaunchTest::endDuringBrokerDeathIsToldToTheNext() {
  LaunchBench bench;
  auto launch = bench.start(script("echo here; sleep 0.5; exit 42"));
  QVERIFY(waitFor(bench, *launch, "here"));
  launch->hangUp();
  bench.wait(bench.timer().afterDelay(1 * kj::SECONDS));
  auto next = bench.nextBroker(*launch);
  QCOMPARE(bench.waitAtMost(15 * kj::SECONDS, launch->ended()).number, 42);
  QVERIFY(!launch->returns[0].running);
}

void LaunchTest::refusedSurvivorKeepsTheAppRunning() {
  LaunchBench bench;
  auto launch = bench.start(script("echo here; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  launch->hangUp();
  {
    auto next = bench.nextBroker(*launch, true);
    QVERIFY(cameHome(bench, *launch, 3));  // It asks again and again.
  }
  QVERIFY(!gone(launch->firstProcess()));
  auto again = bench.nextBroker(*launch);
  QVERIFY(cameHome(bench, *launch, launch->returns.size() + 1));
}

void LaunchTest::appConnectionsWaitForTheNextBroker() {
  LaunchBench bench;
  auto launch = bench.start(
      command({"python3", "-u", "-c",
               "import os,socket,time\nprint('here')\ntime.sleep(0.5)\ns=socket.socket(socket.AF_UNIX)\n"
               "s.connect(os.environ['LATCHKEY_SOCKET'])\ns.sendall(b'hello')\nprint(s.recv(10).decode())"}));
  QVERIFY(waitFor(bench, *launch, "here"));
  launch->hangUp();
  bench.wait(bench.timer().afterDelay(1 * kj::SECONDS));
  QVERIFY(launch->connections.empty());
  auto next = bench.nextBroker(*launch);
  for (int tries = 0; tries < 1000 && launch->connections.empty(); ++tries)
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  QCOMPARE(launch->connections.size(), 1u);
  QCOMPARE(::write(launch->connections[0], "you", 3), ssize_t(3));
  QCOMPARE(bench.waitAtMost(10 * kj::SECONDS, launch->ended()).out, "here\nyou\n");
}

void LaunchTest::brokerDeathBeforeTheStartEndsIt() {
  LaunchBench bench;
  auto options = script("echo ran >\"$HOME/ran\"");
  options.onReady = []() -> kj::Promise<void> { return kj::NEVER_DONE; };
  auto launch = bench.start(options);
  bench.waitAtMost(20 * kj::SECONDS, launch->ready());
  auto first = launch->firstProcess();
  launch->hangUp();
  bench.waitAtMost(20 * kj::SECONDS, launch->launcherGone());
  QVERIFY(allGoneSoon(bench, first));
  QVERIFY(!std::filesystem::exists(bench.privateHome() + "/ran"));
}

void LaunchTest::launcherDeathEndsTheSandbox() {
  LaunchBench bench;
  auto launch = bench.start(script("(setsid sleep 1000 &); echo here; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto first = launch->firstProcess();
  auto inside = processesInNamespaceOf(first);
  QVERIFY(inside.size() >= 2);
  kill(launch->launcher(), SIGKILL);
  bench.waitAtMost(10 * kj::SECONDS, launch->launcherGone());
  for (auto pid : inside) QVERIFY(allGoneSoon(bench, pid));
}

void LaunchTest::bubblewrapDeathEndsTheSandbox() {
  LaunchBench bench;
  auto launch = bench.start(script("echo here; sleep 1000"));
  QVERIFY(waitFor(bench, *launch, "here"));
  auto bubblewrap = sandbox::parentOf(launch->firstProcess());
  QVERIFY(bubblewrap > 1 && bubblewrap != launch->launcher());
  kill(bubblewrap, SIGKILL);
  auto ending = bench.waitAtMost(10 * kj::SECONDS, launch->ended());
  QVERIFY(allGoneSoon(bench, launch->firstProcess()));
  QCOMPARE(ending.kind, Status::SIGNALLED);
}

void LaunchTest::librariesAreNotTakenFromTheWorkingDirectory() {
  LaunchBench bench;
  // Where a person happens to be when they start something may be a folder an app has written to.
  for (auto name :
       {"libwayland-client.so.0", "libstdc++.so.6", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libffi.so.8"})
    write(bench.home() + "/" + name, "no library");
  for (auto& program : std::filesystem::directory_iterator(getenv("LATCHKEY_BIN"))) {
    QProcess linker;
    linker.setWorkingDirectory(bench.home().c_str());
    linker.start("/lib64/ld-linux-x86-64.so.2", {"--list", program.path().c_str()});
    QVERIFY(linker.waitForFinished());
    QVERIFY2(!linker.readAll().contains(bench.home().c_str()) && !linker.readAllStandardError().contains("ELF header"),
             program.path().c_str());
    QVERIFY2(linker.exitCode() == 0 || program.path().filename() == "latchkey-enter", program.path().c_str());
  }
}

void LaunchTest::runtimeDirectoryIsEmptied() {
  LaunchBench bench;
  auto launch = bench.start(script("true"));
  write(launch->runtimeDirectory() + "/left", "x");
  std::filesystem::create_directory_symlink(bench.home(), launch->runtimeDirectory() + "/link");
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  bench.waitAtMost(20 * kj::SECONDS, launch->launcherGone());
  QVERIFY(std::filesystem::is_empty(launch->runtimeDirectory()));
  QVERIFY(std::filesystem::exists(bench.home() + "/Documents"));
}

void LaunchTest::soundIsThereWhenItIsPermitted() {
  if (!QFile::exists("/usr/bin/pipewire") || !QFile::exists("/usr/bin/wireplumber")) QSKIP("PipeWire is not installed");
  LaunchBench bench;
  auto session = bench.top() + "/run/pipewire-0";
  kj::AutoCloseFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  session.copy(address.sun_path, sizeof address.sun_path - 1);
  QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  QCOMPARE(listen(listener, 1), 0);
  auto looking = script("cd $XDG_RUNTIME_DIR; for s in pipewire-0 pulse/native; do [ -S $s ] && echo $s; done");
  QVERIFY(bench.run(looking).out.find("pipewire-0") == std::string::npos);
  looking.sound = true;
  looking.environment.emplace_back("XDG_RUNTIME_DIR", bench.top() + "/run");
  auto found = bench.run(looking).out;
  QVERIFY2(found.find("pipewire-0\npulse/native\n") != std::string::npos, found.c_str());
  // Not the session's: nobody has connected there.
  pollfd wait{listener.get(), POLLIN, 0};
  QCOMPARE(poll(&wait, 1, 0), 0);
}

void LaunchTest::profilesHaveHomesOfTheirOwn() {
  LaunchBench bench;
  auto work = script("echo secret >\"$HOME/.note\"");
  work.profile = "work";
  bench.run(work);
  QCOMPARE(bench.sh("ls -A").out.find(".note"), std::string::npos);
  work.command = {"cat", ".note"};
  QCOMPARE(bench.run(work).out, "secret\n");
}

QTEST_GUILESS_MAIN(LaunchTest)
#include "launch-test.moc"
