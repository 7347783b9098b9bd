// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Installed bundles in real sandboxes: which files they see, and that those stay as long as they run.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <QtTest>

#include "tests/launcher/desktop/installed-world.h"
#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;
using Status = schema::ExitStatus;

class BundleLaunchTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void itsFilesAreAtOnePlaceReadOnly();
  void itsProgramsAndDataComeFirst();
  void itIsOneAppWhateverOfItIsStarted();
  void filesComeWhereTheEntrySays();
  void actionsAreWordsForItsOwnProgram();
  void optionsAreNeverOurs();
  void abilitiesAreOnlyClaimed();
  void thePersonsManifestComesFirst();
  void claimsAreToldWithTheirReasons();
  void limitsAreTheAuthorsUnlessThePersonSetSome();
  void aHostProgramThatIsMissingIsSaid();
  void damageIsSaid();
  void anUpdateMeanwhileChangesNothingInside();
  void theDeployIsHeldUntilTheEnd();
  void theDeployIsHeldWithoutABroker();
  void grantsDoNotCoverItsFiles();
  void othersDoNotSeeIt();
};

namespace {

constexpr const char* ID = "org.example.App";
const std::string SHOW = "#!/bin/sh\nfor it; do printf '<%s>' \"$it\"; done\n";

InstalledWorld storeOf(const LaunchBench& bench) {
  return InstalledWorld(bench.home() + "/.local/share/latchkey/store");
}

// An app whose one program is this script.
void install(LaunchBench& bench, const std::string& script, const std::string& version = "1.0",
             const std::function<void(schema::BundleReport::Builder)>& more = {}) {
  storeOf(bench).install(ID, version, {{"bin/app", "#!/bin/sh\n" + script}, {"share/word", "of " + version}},
                         [&](auto report) {
                           auto commands = report.initCommands(2);
                           InstalledWorld::command(commands, 0, "app", {"bin/app", "--always"});
                           InstalledWorld::command(commands, 1, "more", {"bin/app", "--more"});
                           if (more) more(report);
                         });
}

LaunchOptions start(std::vector<std::string> arguments = {}, const std::string& id = ID) {
  LaunchOptions options;
  options.app = id;
  options.arguments = std::move(arguments);
  return options;
}

bool says(LaunchBench& bench, Launch& launch, const std::string& word) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (launch.out().find(word) != std::string::npos) return true;
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  return false;
}

// Whether nobody holds that version any more.
bool couldBeCollected(const LaunchBench& bench, const std::string& version) {
  kj::AutoCloseFd folder(open(storeOf(bench).deploy(ID, version).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.get() >= 0 && flock(folder, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

void BundleLaunchTest::itsFilesAreAtOnePlaceReadOnly() {
  LaunchBench bench;
  install(bench,
          "echo $0; cat /app/share/word; echo; (echo >/app/new) 2>/dev/null || echo no new\n"
          "chmod u+w /app/share/word 2>/dev/null && echo changed; ls /app; ls -A \"$HOME\"\n");
  auto ending = bench.run(start());
  QCOMPARE(ending.out, "/app/bin/app\nof 1.0\nno new\nbin\nshare\n");
  QCOMPARE(ending.kind, Status::EXITED);
}

void BundleLaunchTest::itsProgramsAndDataComeFirst() {
  LaunchBench bench;
  storeOf(bench).install(ID, "1",
                         {{"bin/app", "#!/bin/sh\nls; echo $XDG_DATA_DIRS; echo $LD_LIBRARY_PATH\n"},
                          {"bin/ls", "#!/bin/sh\necho mine\n"},
                          {"lib/libx.so", ""}},
                         [](auto report) { InstalledWorld::command(report.initCommands(1), 0, "app", {"bin/app"}); });
  auto out = bench.run(start()).out;
  QVERIFY2(QByteArray::fromStdString(out).startsWith("mine\n/app/share:/usr/local/share:/usr/share"), out.c_str());
  QVERIFY2(QByteArray::fromStdString(out).endsWith("\n/app/lib\n"), out.c_str());
  // And nobody else has them.
  auto other = bench.sh("echo $PATH:$XDG_DATA_DIRS:$LD_LIBRARY_PATH; ls /app 2>&1 | head -1").out;
  QVERIFY2(other.find("/app/bin") == other.npos && other.find("/app/share") == other.npos &&
               other.find("/app/lib") == other.npos,
           other.c_str());
}

void BundleLaunchTest::itIsOneAppWhateverOfItIsStarted() {
  LaunchBench bench;
  install(bench, SHOW.substr(SHOW.find('\n') + 1));
  auto first = bench.start(start({"x"}));
  QCOMPARE(bench.waitAtMost(20 * kj::SECONDS, first->ended()).out, "<--always><x>");
  QCOMPARE(first->app, std::string(ID));
  QCOMPARE(first->name, "The 1.0");
  auto second = bench.start(start({"y"}, std::string(ID) + ".more"));
  QCOMPARE(bench.waitAtMost(20 * kj::SECONDS, second->ended()).out, "<--more><y>");
  QCOMPARE(second->app, std::string(ID));
  QCOMPARE(bench.run(start({}, std::string(ID) + ".none")).kind, Status::NOT_FOUND);
}

namespace {

void installWithEntry(LaunchBench& bench, const std::string& entry, std::vector<std::string> words) {
  storeOf(bench).install(
      ID, "1", {{"bin/app", SHOW}, {"share/a.desktop", "[Desktop Entry]\nType=Application\nName=App\n" + entry}},
      [&](auto report) { InstalledWorld::command(report.initCommands(1), 0, "app", words, "share/a.desktop"); });
}

}  // namespace

void BundleLaunchTest::filesComeWhereTheEntrySays() {
  LaunchBench bench;
  installWithEntry(bench, "Exec=app --open %f --last\n", {"bin/app", "--open", "--last"});
  QCOMPARE(bench.run(start({"/tmp/a b"})).out, "<--open></tmp/a b><--last>");
  QCOMPARE(bench.run(start()).out, "<--open><--last>");
  // Where entry and manifest disagree the manifest counts, and what was named comes behind it.
  installWithEntry(bench, "Exec=app --evil %f\n", {"bin/app", "--good"});
  QCOMPARE(bench.run(start({"x"})).out, "<--good><x>");
}

void BundleLaunchTest::actionsAreWordsForItsOwnProgram() {
  LaunchBench bench;
  installWithEntry(bench, "Exec=app\nActions=new;\n[Desktop Action new]\nName=New\nExec=/bin/rm --new %F\n",
                   {"bin/app", "--always"});
  auto options = start({"x"});
  QCOMPARE(bench.run(options).out, "<--always><x>");
  options.action = "new";
  QCOMPARE(bench.run(options).out, "<--new><x>");
  options.action = "none";
  QCOMPARE(bench.run(options).kind, Status::NOT_FOUND);
}

void BundleLaunchTest::optionsAreNeverOurs() {
  LaunchBench bench;
  install(bench, SHOW.substr(SHOW.find('\n') + 1));
  QCOMPARE(bench.run(start({"--bind", "/", "/mnt", "$(id)", "@@u", "x"})).out,
           "<--always><--bind></></mnt><$(id)><@@u><x>");
}

void BundleLaunchTest::abilitiesAreOnlyClaimed() {
  LaunchBench bench;
  install(bench, "unshare -Ur true 2>/dev/null && echo nested || echo none\n", "1.0",
          [](auto report) { report.setOwnSandboxes(true); });
  QCOMPARE(bench.run(start()).out, "none\n");
  auto granted = start();
  granted.ownSandboxes = true;
  QCOMPARE(bench.run(granted).out, "nested\n");
}

void BundleLaunchTest::thePersonsManifestComesFirst() {
  LaunchBench bench;
  install(bench, "echo $$ >/dev/null; ulimit -u; true\n", "1.0", [](auto report) { report.setProcessLimit(77); });
  std::filesystem::create_directories(bench.home() + "/.config/latchkey/apps");
  InstalledWorld::write(bench.home() + "/.config/latchkey/apps/" + ID + ".toml",
                        "id = \"" + std::string(ID) + "\"\nnonsense = 1\n");
  auto ending = bench.run(start());
  QCOMPARE(ending.kind, Status::NOT_EXECUTABLE);
  QVERIFY2(ending.reason.find("nonsense") != ending.reason.npos, ending.reason.c_str());
}

// Of the author, until the person has written some.
void BundleLaunchTest::claimsAreToldWithTheirReasons() {
  LaunchBench bench;
  install(bench, "true\n", "1.0", [](auto report) {
    auto claim = report.initClaims(1)[0];
    claim.setKind("network");
    claim.setTarget("example.org:443");
    claim.setAccess("read");
    claim.setReason("to look for news");
    auto german = claim.initReasons(1)[0];
    german.setLanguage("de");
    german.setText("um nach Neuem zu sehen");
  });
  auto told = [&](const char* language) {
    auto options = start();
    if (language) options.environment.push_back({"LC_ALL", language});
    auto launch = bench.start(options);
    bench.waitAtMost(20 * kj::SECONDS, launch->ended());
    return launch->claims;
  };
  QCOMPARE(told(nullptr), std::vector<std::string>{"network example.org:443 read: to look for news"});
  QCOMPARE(told("de_DE.UTF-8"), std::vector<std::string>{"network example.org:443 read: um nach Neuem zu sehen"});
  std::filesystem::create_directories(bench.home() + "/.config/latchkey/apps");
  InstalledWorld::write(bench.home() + "/.config/latchkey/apps/" + ID + ".toml",
                        "id = \"" + std::string(ID) +
                            "\"\n[[claims]]\nkind = \"folder\"\ntarget = \"~/Music\"\naccess = \"write\"\n"
                            "reason = \"my own words\"\n");
  QCOMPARE(told("de_DE.UTF-8"), std::vector<std::string>{"folder ~/Music write: my own words"});
}

void BundleLaunchTest::limitsAreTheAuthorsUnlessThePersonSetSome() {
  LaunchBench bench;
  std::string fork = "n=0; while [ $n -lt 30 ]; do sleep 1 & n=$((n+1)); done 2>/dev/null; wait; echo all\n";
  install(bench, "(" + fork + ") 2>/dev/null || echo limited\n", "1.0",
          [](auto report) { report.setProcessLimit(10); });
  auto limited = bench.run(start());
  QVERIFY2(limited.out.find("all") == limited.out.npos, limited.out.c_str());
  auto more = start();
  more.processLimit = 200;
  QCOMPARE(bench.run(more).out, "all\n");
}

void BundleLaunchTest::aHostProgramThatIsMissingIsSaid() {
  LaunchBench bench;
  storeOf(bench).install(ID, "1", {{"share/x", ""}}, [](auto report) {
    auto commands = report.initCommands(2);
    InstalledWorld::command(commands, 0, "app", {"/usr/bin/no-such-program"});
    InstalledWorld::command(commands, 1, "there", {"/usr/bin/printf", "host"});
  });
  auto ending = bench.run(start());
  QCOMPARE(ending.kind, Status::NOT_FOUND);
  QVERIFY2(ending.reason.find("not installed on this computer") != ending.reason.npos, ending.reason.c_str());
  QCOMPARE(bench.run(start({}, std::string(ID) + ".there")).out, "host");
}

void BundleLaunchTest::damageIsSaid() {
  LaunchBench bench;
  install(bench, "echo ran\n");
  std::filesystem::rename(storeOf(bench).deploy(ID, "1.0") + "/files", storeOf(bench).deploy(ID, "1.0") + "/away");
  auto ending = bench.run(start());
  QCOMPARE(ending.kind, Status::FAILED);
  QVERIFY2(ending.reason.find("its files are missing") != ending.reason.npos, ending.reason.c_str());
  // A link in their place leads nowhere.
  std::filesystem::create_symlink("away", storeOf(bench).deploy(ID, "1.0") + "/files");
  QCOMPARE(bench.run(start()).kind, Status::FAILED);
}

void BundleLaunchTest::anUpdateMeanwhileChangesNothingInside() {
  LaunchBench bench;
  install(bench, "echo ready; read go; cat /app/share/word; echo\n");
  int ends[2];
  QCOMPARE(pipe2(ends, O_CLOEXEC), 0);
  kj::AutoCloseFd in(ends[0]), go(ends[1]);
  auto options = start();
  options.in = in;
  auto launch = bench.start(options);
  QVERIFY(says(bench, *launch, "ready"));
  install(bench, "echo other\n", "2.0");
  QCOMPARE(write(go, "x\n", 2), 2);
  QCOMPARE(bench.waitAtMost(20 * kj::SECONDS, launch->ended()).out, "ready\nof 1.0\n");
  QCOMPARE(bench.run(start()).out, "other\n");
}

void BundleLaunchTest::theDeployIsHeldUntilTheEnd() {
  LaunchBench bench;
  install(bench, "echo ready; sleep 1000\n");
  auto launch = bench.start(start());
  QVERIFY(says(bench, *launch, "ready"));
  install(bench, "echo other\n", "2.0");
  QVERIFY(!couldBeCollected(bench, "1.0"));
  QVERIFY(couldBeCollected(bench, "2.0"));
  auto stop = launch->control().stopRequest();
  stop.setGraceSeconds(0);
  bench.waitAtMost(20 * kj::SECONDS, stop.send().ignoreResult());
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QVERIFY(couldBeCollected(bench, "1.0"));
}

void BundleLaunchTest::theDeployIsHeldWithoutABroker() {
  LaunchBench bench;
  install(bench, "echo ready; sleep 1000\n");
  auto launch = bench.start(start());
  QVERIFY(says(bench, *launch, "ready"));
  launch->hangUp();
  bench.wait(bench.timer().afterDelay(500 * kj::MILLISECONDS));
  QVERIFY(!couldBeCollected(bench, "1.0"));
  auto next = bench.nextBroker(*launch);
  for (int tries = 0; tries < 500 && launch->returns.empty(); ++tries)
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  QVERIFY(!launch->returns.empty());
  QVERIFY(!couldBeCollected(bench, "1.0"));
  kill(launch->launcher(), SIGKILL);
  bench.waitAtMost(20 * kj::SECONDS, launch->launcherGone());
  QVERIFY(couldBeCollected(bench, "1.0"));
}

void BundleLaunchTest::grantsDoNotCoverItsFiles() {
  LaunchBench bench;
  install(bench, "cat /app/share/word; ls -d /apps\n");
  auto options = start();
  options.labels = {"/app/share", "/app", "/apps"};
  QCOMPARE(bench.run(options).out, "of 1.0/apps\n");
}

void BundleLaunchTest::othersDoNotSeeIt() {
  LaunchBench bench;
  install(bench, "true\n");
  QCOMPARE(bench.sh("ls -d /app 2>/dev/null || echo none").out, "none\n");
}

QTEST_GUILESS_MAIN(BundleLaunchTest)
#include "bundle-launch-test.moc"
