// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps that run on another system than this computer's, with all programs together. That system is small: a shell, a
// few programs and their libraries, copied, and a library that this computer does not have.
//
// LATCHKEY_OTHER_ROOT: the root of a real one, of another release than this computer's, as mmdebstrap makes it; it is
// made a runtime and something is run on it, too.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QtTest>

#include "tests/launcher/bundle/bundle-bench.h"
#include "tests/support/system-world.h"

using namespace latchkey;
using namespace latchkey::test;

class RuntimesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void anAppRunsOnAnotherSystem();
  void ofTheComputersSystemNothingIsSeen();
  void theSameInputGivesTheSameBytes();
  void anUpdateReachesTheNextStart();
  void withoutItItSaysWhatToDo();
  void whatIsNeededIsNotRemoved();
  void itStartsNothing();
  void hostileTreesAreRefused_data();
  void hostileTreesAreRefused();
  void linksAreKeptWhereTheyLead();
  void whatClaimsIsNoRuntime();
  void anAppIsNoRuntime();
  void itComesWithTheAppThatNeedsIt();
  void aStrangersRuntimeDoesNotComeByItself();
  void anotherReleaseOfTheSystemWillDo();

private:
  QString path(const QString& name) const { return m_world->path(name); }
  CommandOutcome latchkey(const QStringList& words) const { return m_world->latchkey(words); }
  CommandOutcome install(const QString& word) const { return latchkey({"install", "--yes", word}); }
  CommandOutcome run(const QString& id = "org.example.App") const { return latchkey({"run", "--ask", "no", id}); }
  QString key(const QString& whose) const { return m_world->home(whose + ".key"); }
  QString bundleOf(const QString& folder, const QStringList& options, const QString& signer) const;
  // The root of the small system.
  QString tree(int release) const;
  QString runtime(const QString& version = "1.0", int release = 1, const QString& provides = "other/1") const;
  // `script`: a shell's; empty: the program that needs the library.
  QString app(const QByteArray& version = "1.0", const QByteArray& script = {},
              const QByteArray& runtime = "org.example.Other other/1") const;

  std::unique_ptr<SystemWorld> m_world;
};

namespace {

void copy(const QString& from, const QString& to) {
  QDir().mkpath(QFileInfo(to).path());
  QVERIFY2(QFile::exists(to) || QFile::copy(QFileInfo(from).canonicalFilePath(), to), qPrintable(from + " to " + to));
}

// With all that it loads, where it is looked for.
void copyProgram(const QString& program, const QString& usr) {
  copy(program, usr + "/bin/" + QFileInfo(program).fileName());
  QProcess process;
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert("LD_TRACE_LOADED_OBJECTS", "1");
  process.setProcessEnvironment(environment);
  process.start(program, QStringList());
  QVERIFY(process.waitForFinished());
  for (auto& line : process.readAllStandardOutput().split('\n')) {
    auto from = line.indexOf('/'), end = line.lastIndexOf(" (0x");
    if (from < 0 || end <= from) continue;
    auto library = QString::fromUtf8(line.mid(from, end - from));
    copy(library, usr + (library.startsWith("/usr/") ? library.mid(4) : library));
  }
}

}  // namespace

void RuntimesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void RuntimesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  for (auto name : {"author", "system", "repo", "next"}) QCOMPARE(latchkey({"bundle", "keygen", key(name)}).status, 0);
}

QString RuntimesTest::bundleOf(const QString& folder, const QStringList& options, const QString& signer) const {
  auto file = m_world->home(QString::number(qHash(folder + options.join(' '))) + ".latchkey");
  auto built = latchkey(QStringList{"bundle", "build", folder, "--output", file, "--key", key(signer)} + options);
  if (built.status != 0) qWarning() << built.out << built.err;
  return built.status == 0 ? file : QString();
}

QString RuntimesTest::tree(int release) const {
  auto root = m_world->home("tree-" + QString::number(release));
  auto usr = root + "/usr";
  for (auto program : {"/bin/sh", "/bin/cat", "/bin/ls", "/usr/bin/env"}) copyProgram(program, usr);
  // Where the loader looks by itself, whatever this computer's caches say.
  auto library = QString("/%1/libother.so.7").arg(release);
  copy(OTHER_SYSTEM + library, usr + "/lib/libother.so.7");
  put(usr + "/share/other", "another system\n");
  put(root + "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  return root;
}

QString RuntimesTest::runtime(const QString& version, int release, const QString& provides) const {
  return bundleOf(tree(release), {"--runtime", provides, "--id", "org.example.Other", "--version", version}, "system");
}

QString RuntimesTest::app(const QByteArray& version, const QByteArray& script, const QByteArray& runtime) const {
  auto folder = m_world->home("app-" + version);
  put(folder + "/manifest.toml", "format = 1\nid = \"org.example.App\"\nversion = \"" + version +
                                     "\"\nname = \"App\"\nsummary = \"For tests\"\nruntime = \"" + runtime +
                                     "\"\n[[commands]]\nname = \"app\"\ncommand = [\"bin/app\"]\n");
  QDir().mkpath(folder + "/files/bin");
  QFile::remove(folder + "/files/bin/app");
  if (script.isEmpty()) copy(OTHER_SYSTEM "/other", folder + "/files/bin/app");
  else put(folder + "/files/bin/app", "#!/bin/sh\n" + script, true);
  return bundleOf(folder, {}, "author");
}

void RuntimesTest::anAppRunsOnAnotherSystem() {
  auto bundle = app();
  QProcess here;
  here.start(OTHER_SYSTEM "/other", QStringList());
  QVERIFY(here.waitForFinished());
  QVERIFY(here.exitCode() != 0 && here.readAllStandardError().contains("libother.so.7"));
  auto early = install(bundle);
  QCOMPARE(early.status, 1);
  QVERIFY2(early.err.contains("it runs on org.example.Other (other/1), which is not installed: install that first"),
           early.err);
  auto other = install(runtime());
  QVERIFY2(other.status == 0 && other.out.contains("a runtime, other/1: apps run on it") &&
               other.out.contains("It starts nothing and asks for nothing"),
           other.out + other.err);
  auto installed = install(bundle);
  QVERIFY2(installed.status == 0 && installed.out.contains("org.example.Other (other/1)"),
           installed.out + installed.err);
  auto ran = run();
  QVERIFY2(ran.status == 0, ran.err);
  QCOMPARE(ran.out, "release 1\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void RuntimesTest::ofTheComputersSystemNothingIsSeen() {
  QCOMPARE(install(runtime()).status, 0);
  auto script =
      "ls /usr/bin /usr/share\necho root: /*\ncat /usr/share/other\n"
      "for file in /etc/ld.so.cache /usr/lib/os-release /usr/include /usr/bin/bwrap /opt; do [ -e $file ] && echo "
      "$file; done\n"
      "echo ${LD_LIBRARY_PATH-unset}; cat /etc/passwd; (: >/usr/x) 2>/dev/null || echo read-only\n"
      "[ -s /etc/fonts/fonts.conf ] && echo fonts\n";
  QCOMPARE(install(app("1.0", script)).status, 0);
  auto ran = run();
  QVERIFY2(ran.status == 0, ran.out + ran.err);
  QVERIFY2(ran.out.startsWith("/usr/bin:\ncat\nenv\nls\nsh\n\n/usr/share:\nother\nroot: "), ran.out);
  auto root = ran.out.mid(ran.out.indexOf("root: "));
  root.truncate(root.indexOf('\n'));
  QVERIFY2(!root.contains("/opt") && !root.contains("/boot") && root.contains("/usr"), root);
  QVERIFY2(ran.out.contains("\nanother system\nunset\n"), ran.out);
  QVERIFY2(!ran.out.contains("/root:"), ran.out);  // The person's account, not the tree's.
  QVERIFY2(ran.out.endsWith("read-only\nfonts\n"), ran.out);
}

void RuntimesTest::theSameInputGivesTheSameBytes() {
  auto build = [&](const QString& name) {
    auto file = m_world->home(name);
    auto built =
        latchkey({"bundle", "build", tree(1), "--runtime", "other/1", "--id", "org.example.Other", "--output", file});
    return built.status == 0 ? m_world->read(name) : QByteArray();
  };
  auto first = build("a.latchkey"), second = build("b.latchkey");
  QVERIFY(!first.isEmpty());
  QCOMPARE(first, second);
}

void RuntimesTest::anUpdateReachesTheNextStart() {
  QCOMPARE(install(runtime()).status, 0);
  QCOMPARE(install(app()).status, 0);
  auto running = m_world->start({"run", "--ask", "no", "org.example.App"});
  QVERIFY(running->says("release 1\n"));
  auto updated = install(runtime("1.1", 2));
  QVERIFY2(updated.status == 0 && updated.out.contains("Updated to org.example.Other 1.1"), updated.out + updated.err);
  running->tell("again\n");
  QVERIFY(running->says("release 1\nrelease 1\n"));
  QCOMPARE(run().out, "release 2\n");
  // Twice more: the version that it runs on is neither installed nor the one before.
  QCOMPARE(install(runtime("1.2", 2)).status, 0);
  QCOMPARE(install(runtime("1.3", 2)).status, 0);
  latchkey({"collect"});
  running->tell("again\n");
  QVERIFY(running->says("release 1\nrelease 1\nrelease 1\n"));
  kill(running->pid(), SIGTERM);
  running->waitForEnd();
  // And back.
  QCOMPARE(install(runtime("1.4", 1)).status, 0);
  QCOMPARE(run().out, "release 1\n");
  QCOMPARE(latchkey({"rollback", "org.example.Other"}).status, 0);
  QCOMPARE(run().out, "release 2\n");
}

void RuntimesTest::withoutItItSaysWhatToDo() {
  QCOMPARE(install(runtime()).status, 0);
  QCOMPARE(install(app()).status, 0);
  auto current = path("data/latchkey/store/apps/org.example.Other/current");
  QVERIFY(QFile::rename(current, current + ".away"));
  auto ran = run();
  QCOMPARE(ran.status, 125);
  QVERIFY2(
      ran.err.contains("it runs on org.example.Other (other/1), and org.example.Other is not installed: install that "
                       "with `latchkey install org.example.Other`"),
      ran.err);
  QCOMPARE(ran.err.count('\n'), 1);
}

void RuntimesTest::whatIsNeededIsNotRemoved() {
  QCOMPARE(install(runtime()).status, 0);
  QCOMPARE(install(app()).status, 0);
  auto removed = latchkey({"remove", "--yes", "org.example.Other"});
  QCOMPARE(removed.status, 1);
  QVERIFY2(removed.err.contains("the runtime org.example.Other is needed by org.example.App"), removed.err);
  QCOMPARE(run().out, "release 1\n");
  QCOMPARE(latchkey({"remove", "--yes", "org.example.App"}).status, 0);
  removed = latchkey({"remove", "--yes", "org.example.Other"});
  QVERIFY2(removed.status == 0, removed.out + removed.err);
  QVERIFY(!QFile::exists(path("data/latchkey/store/apps/org.example.Other")));
}

void RuntimesTest::itStartsNothing() {
  QCOMPARE(install(runtime()).status, 0);
  auto ran = run("org.example.Other");
  QVERIFY2(ran.status == 127, ran.err);
  QVERIFY2(ran.err.contains("is a runtime: apps run on it, and it starts nothing"), ran.err);
  for (auto one : m_world->list({"apps"})) QVERIFY(one.toObject()["id"] != "org.example.Other");
  QVERIFY(QDir(path("data/applications")).entryList({"org.example.Other*"}).isEmpty());
}

void RuntimesTest::hostileTreesAreRefused_data() {
  QTest::addColumn<QByteArray>("how");
  QTest::addColumn<QByteArray>("built");
  QTest::addColumn<QByteArray>("signed_");
  auto row = [](const char* how, const char* built, const char* said) {
    QTest::newRow(how) << QByteArray(how) << QByteArray(built) << QByteArray(said);
  };
  row("setuid", "would run as somebody else (setuid or setgid)", "malformed");
  row("pipe", "is neither file, folder nor link", "malformed");
  row("a link to everything", "", "a link that leads out");
  row("a link up", "", "a link that leads out");
  row("a step up", "", "has steps in it");
}

// By the builder, or left out by it; by the extractor, whoever built it.
void RuntimesTest::hostileTreesAreRefused() {
  QFETCH(QByteArray, how);
  QFETCH(QByteArray, built);
  QFETCH(QByteArray, signed_);
  auto root = tree(1);
  auto place = (root + "/usr/lib/x").toUtf8();
  if (how == "setuid") put(place, "x"), chmod(place.constData(), 04755);
  if (how == "pipe") QVERIFY(mkfifo(place.constData(), 0600) == 0);
  if (how == "a link to everything") QVERIFY(symlink("/", place.constData()) == 0);
  if (how == "a link up") QVERIFY(symlink("../../../../etc", place.constData()) == 0);
  auto file = m_world->home("hostile.latchkey");
  auto outcome =
      latchkey({"bundle", "build", root, "--runtime", "other/1", "--id", "org.example.Other", "--output", file});
  QCOMPARE(outcome.status == 0, built.isEmpty());
  QVERIFY2(outcome.err.contains(built), outcome.err);
  if (how.startsWith("a link")) QVERIFY2(outcome.out.contains("/usr/lib/x: left out: a link to /"), outcome.out);
  // As somebody with a key signs it.
  Bench bench;
  std::vector<Part> parts{
      test::file("manifest.toml",
                 "format = 1\nkind = \"runtime\"\nid = \"org.example.Player\"\nversion = \"1.2\"\nname = "
                 "\"Other\"\nsummary = \"x\"\nprovides = [\"other/1\"]\n"),
      folder("files")};
  if (how == "a link to everything") parts.push_back(linkTo("files/lib", "/"));
  else if (how == "a link up") parts.push_back(linkTo("files/lib", "../../etc"));
  else if (how == "a step up") parts.push_back(test::file("files/../../x", "x"));
  else parts.push_back(test::file("files/x", "x", true));
  auto raw = Bench::rawOf(parts);
  if (signed_ == "malformed") raw.list.replace(raw.list.find("\nprogram\t"), 9, "\n" + how.toStdString() + "\t");
  auto refused = install(bench.write(raw, bench.key, "x.latchkey"));
  QCOMPARE(refused.status, 1);
  QVERIFY2(refused.err.contains(signed_), refused.err);
  QVERIFY(!QFile::exists(path("data/latchkey/store/apps/org.example.Player")));
}

void RuntimesTest::linksAreKeptWhereTheyLead() {
  auto root = tree(1);
  QVERIFY(QFile::rename(root + "/usr/bin/sh", root + "/usr/bin/real-sh"));
  QVERIFY(QDir().mkpath(root + "/etc/alternatives"));
  auto link = [&](const char* target, const char* name) {
    QVERIFY(symlink(target, (root + name).toUtf8().constData()) == 0);
  };
  link("/etc/alternatives/sh", "/usr/bin/sh");
  link("/bin/real-sh", "/etc/alternatives/sh");
  link("/usr/share/other", "/usr/lib/absolute");
  link("../share/other", "/usr/lib/relative");
  link("/var/lib/x", "/usr/lib/out");
  auto bundle = bundleOf(root, {"--runtime", "other/1", "--id", "org.example.Other"}, "system");
  QVERIFY(!bundle.isEmpty());
  QCOMPARE(install(bundle).status, 0);
  QCOMPARE(install(app("1.0", "cat /usr/lib/absolute /usr/lib/relative; [ -L /usr/lib/out ] || echo none\n")).status,
           0);
  QCOMPARE(run().out, "another system\nanother system\nnone\n");
}

void RuntimesTest::whatClaimsIsNoRuntime() {
  auto folder = m_world->home("greedy");
  put(folder + "/files/x", "x");
  auto manifest = [&](const QByteArray& more) {
    put(folder + "/manifest.toml",
        "format = 1\nkind = \"runtime\"\nid = \"org.example.Other\"\nversion = \"1\"\nname = "
        "\"Other\"\nsummary = \"x\"\nprovides = [\"other/1\"]\n" +
            more);
    return latchkey({"bundle", "build", folder}).err;
  };
  auto claims = manifest("[[claims]]\nkind = \"folder\"\ntarget = \"~\"\nreason = \"x\"\n");
  QVERIFY2(claims.contains("manifest.toml:8: claims: a runtime has none"), claims);
  auto starts = manifest("[[services]]\nname = \"x\"\ncommand = [\"x\"]\n");
  QVERIFY2(starts.contains("services: a runtime has none"), starts);
  auto chain = manifest("runtime = \"org.example.Third other/1\"\n");
  QVERIFY2(chain.contains("manifest.toml:8: runtime: a runtime has none"), chain);
}

void RuntimesTest::anAppIsNoRuntime() {
  auto folder = m_world->home("app-1.0");
  QCOMPARE(install(app("1.0", "echo ran\n", "host")).status, 0);
  put(folder + "/manifest.toml",
      "format = 1\nid = \"org.example.Second\"\nversion = \"1\"\nname = \"App\"\nsummary = "
      "\"x\"\nruntime = \"org.example.App other/1\"\n[[commands]]\nname = \"app\"\n"
      "command = [\"bin/app\"]\n");
  auto refused = install(bundleOf(folder, {"--version", "2"}, "author"));
  QCOMPARE(refused.status, 1);
  QVERIFY2(refused.err.contains("org.example.App is an app, and none that others run on"), refused.err);
}

void RuntimesTest::itComesWithTheAppThatNeedsIt() {
  auto repository = m_world->home("apps");
  QCOMPARE(latchkey({"repo", "create", repository, "--id", "org.example.apps", "--key", key("repo"), "--next-key",
                     m_world->home("next.pub")})
               .status,
           0);
  for (auto& bundle : {app(), runtime()}) {
    auto added = latchkey({"repo", "add", repository, bundle, "--key", key("repo")});
    QVERIFY2(added.status == 0, added.err);
  }
  QCOMPARE(latchkey({"repo", "follow", repository, "--key", m_world->home("repo.pub")}).status, 0);
  QVERIFY(latchkey({"search", "org.example.App"}).out.contains("org.example.App"));
  QVERIFY(!latchkey({"search", "org.example"}).out.contains("org.example.Other"));
  auto installed = install("org.example.App");
  QVERIFY2(installed.status == 0, installed.out + installed.err);
  QVERIFY2(installed.out.contains("What it runs on is not here, and is installed with it:"), installed.out);
  QCOMPARE(installed.out.count("Signed by"), 2);
  QCOMPARE(run().out, "release 1\n");
  // Updates of both come by themselves.
  for (auto& bundle : {runtime("1.1", 2), app("1.1")})
    QCOMPARE(latchkey({"repo", "add", repository, bundle, "--key", key("repo")}).status, 0);
  auto updated = latchkey({"update"});
  QVERIFY2(updated.out.contains("Updated to org.example.Other 1.1") &&
               updated.out.contains("Updated to org.example.App 1.1"),
           updated.out + updated.err);
  QCOMPARE(run().out, "release 2\n");
}

// An update may not bring what its author says to run on, by a key that nobody here has agreed to.
void RuntimesTest::aStrangersRuntimeDoesNotComeByItself() {
  auto repository = m_world->home("apps");
  QCOMPARE(latchkey({"repo", "create", repository, "--id", "org.example.apps", "--key", key("repo"), "--next-key",
                     m_world->home("next.pub")})
               .status,
           0);
  auto add = [&](const QString& bundle) {
    auto added = latchkey({"repo", "add", repository, bundle, "--key", key("repo")});
    QVERIFY2(added.status == 0, added.err);
  };
  add(app("1.0", "echo on the host\n", "host"));
  QCOMPARE(latchkey({"repo", "follow", repository, "--key", m_world->home("repo.pub")}).status, 0);
  QCOMPARE(install("org.example.App").status, 0);
  add(app("1.1"));
  auto missing = latchkey({"update"});
  QVERIFY2(missing.err.contains("it runs on org.example.Other (other/1), which is not installed"), missing.err);
  add(runtime());
  auto strange = latchkey({"update"});
  QVERIFY2(strange.err.contains("it needs the runtime org.example.Other, signed by the key "), strange.err);
  QCOMPARE(run().out, "on the host\n");
  QVERIFY(!QFile::exists(path("data/latchkey/store/apps/org.example.Other")));
  auto shown = install("org.example.App");
  QVERIFY2(shown.status == 0 && shown.out.contains("What it runs on is not here"), shown.out + shown.err);
  QCOMPARE(run().out, "release 1\n");
}

void RuntimesTest::anotherReleaseOfTheSystemWillDo() {
  auto root = qEnvironmentVariable("LATCHKEY_OTHER_ROOT");
  if (root.isEmpty()) QSKIP("LATCHKEY_OTHER_ROOT is not set");
  auto bundle = bundleOf(root, {"--runtime", "other/1", "--id", "org.example.Other"}, "system");
  QVERIFY(!bundle.isEmpty());
  auto installed = install(bundle);
  QVERIFY2(installed.status == 0, installed.out + installed.err);
  auto script =
      "cat /usr/lib/os-release; /usr/bin/python3 -c 'import ssl, sys; print(sys.version)'; fc-list | head -3\n";
  QCOMPARE(install(app("1.0", script)).status, 0);
  auto ran = run();
  qInfo().noquote() << ran.out << ran.err;
  QCOMPARE(ran.status, 0);
  auto release = [](const QByteArray& text) {
    auto at = text.indexOf("VERSION_ID=");
    return text.mid(at, text.indexOf('\n', at) - at);
  };
  QFile here("/usr/lib/os-release");
  QVERIFY(here.open(QIODevice::ReadOnly));
  QVERIFY(release(ran.out).startsWith("VERSION_ID=") && release(ran.out) != release(here.readAll()));
}

QTEST_GUILESS_MAIN(RuntimesTest)
#include "runtimes-test.moc"
