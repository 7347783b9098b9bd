// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey import`, as it is typed: Flatpaks, packages of other kinds, settings and data.

#include <sys/stat.h>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/run-command.h"
#include "tests/launcher/flatpak/finish-args.h"
#include "tests/support/debian.h"

using namespace latchkey;
using namespace latchkey::test;

class ImportTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }

  void aFlatpakIsToldAndGivenNothing();
  void wellKnownAppsBecomeBundles_data();
  void wellKnownAppsBecomeBundles();
  void overridesCount();
  void hostileFlatpaksAreRefused_data();
  void hostileFlatpaksAreRefused();
  void aManifestIsNeverWrittenOver();
  void aDebianPackageBecomesABundle();
  void aHostilePackageIsNoBundle();
  void dataIsShownAndCopied();
  void aFullDiskIsSaidBeforehand();
  void dataOfARunningAppWaits();
  void whatIsThereIsTold();
  void dataIsNotTakenFrom_data();
  void dataIsNotTakenFrom();
  void misuse_data();
  void misuse();

private:
  QString home(const QString& below = {}) const {
    return m_broker->path("home") + (below.isEmpty() ? "" : "/" + below);
  }
  QString work(const QString& below) const { return m_broker->path("work/" + below); }
  Outcome run(const QStringList& words, const QByteArray& input = {}) const {
    auto environment = m_broker->environment();
    environment << "FLATPAK_SYSTEM_DIR=" + m_broker->path("flatpak")
                << "FLATPAK_USER_DIR=" + m_broker->path("own-flatpak");
    return runCommand(QStringList{"import"} + words, environment, input, m_broker->path("work"));
  }
  Outcome latchkey(const QStringList& words) const {
    return runCommand(words, m_broker->environment(), {}, m_broker->path("work"));
  }
  static void put(const QString& path, const QByteArray& text);
  static QByteArray content(const QString& path);
  QString installFlatpak(const QByteArray& metadata, const QString& id = "org.example.App") const;
  void installApp(const QString& id) const;
  QString ownHome(const QString& app) const;

  std::unique_ptr<FakeBroker> m_broker;
};

namespace {

constexpr const char* METADATA =
    "[Application]\nname=org.example.App\nruntime=r/x86_64/1\ncommand=example\n\n[Context]\nshared=network;ipc;\n"
    "sockets=x11;pulseaudio;\ndevices=dri;\nfilesystems=home;xdg-music:ro;\n\n[Session Bus "
    "Policy]\norg.freedesktop.Flatpak=talk\n";

void nothingRuns(schema::Person::InstancesResults::Builder results) { results.initList(0); }

void itRuns(schema::Person::InstancesResults::Builder results) {
  auto info = results.initList(1)[0];
  info.setId("instance1");
  info.setApp("featherpad");
  info.setState(schema::InstanceInfo::State::RUNNING);
}

QJsonArray json(const Outcome& outcome) { return QJsonDocument::fromJson(outcome.out).array(); }

}  // namespace

void ImportTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  QDir().mkpath(m_broker->path("work"));
  m_broker->script.instances = nothingRuns;
}

void ImportTest::put(const QString& path, const QByteArray& text) {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(path));
  file.write(text);
}

QByteArray ImportTest::content(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString ImportTest::installFlatpak(const QByteArray& metadata, const QString& id) const {
  auto deploy = m_broker->path("flatpak/app/") + id + "/current/active";
  put(deploy + "/metadata", metadata);
  put(deploy + "/export/share/applications/" + id + ".desktop",
      "[Desktop Entry]\nType=Application\nName=Example\nComment=For tests\nExec=/usr/bin/flatpak run @@ %F @@\n");
  return deploy;
}

void ImportTest::aFlatpakIsToldAndGivenNothing() {
  installFlatpak(METADATA);
  auto outcome = run({"org.example.App"});
  QVERIFY2(outcome.status == 0, outcome.err);
  for (auto part : {"has 8 permissions as a Flatpak", "--share=network\n      It asks for each place",
                    "--device=dri\n      It may draw with the graphics card if you switch that on.",
                    "--talk-name=org.freedesktop.Flatpak\n      That would start any program outside of its sandbox.",
                    "Nothing of this is given by Latchkey."})
    QVERIFY2(outcome.out.contains(part), outcome.out);
  auto lines = json(run({"--json", "org.example.App"}));
  QCOMPARE(lines.size(), 9);
  QCOMPARE(lines[0].toObject()["instead"].toString(), "asks");
  QCOMPARE(lines[0].toObject()["kind"].toString(), "network");
  // The same of a file alone; and nobody was asked or started for any of it.
  put(work("metadata"), METADATA);
  QCOMPARE(json(run({"--json", "metadata"})), lines);
  QVERIFY(m_broker->calls().isEmpty());
}

void ImportTest::wellKnownAppsBecomeBundles_data() {
  QTest::addColumn<QString>("id");
  for (auto id : {"org.gimp.GIMP", "com.valvesoftware.Steam", "org.videolan.VLC"}) QTest::newRow(id) << id;
}

void ImportTest::wellKnownAppsBecomeBundles() {
  QFETCH(QString, id);
  auto app = knownApp(appsFolder() + "/" + id + ".finish-args");
  installFlatpak(app.metadata, id);
  auto outcome = run({id, "--output", "start"});
  QVERIFY2(outcome.status == 0 && outcome.out.contains("Wrote start/manifest.toml"), outcome.out + outcome.err);
  put(work("start/files/bin/app"), "#!/bin/sh\n");
  QVERIFY(chmod(work("start/files/bin/app").toUtf8().constData(), 0755) == 0);
  auto built = latchkey({"bundle", "build", "start", "--output", "x.latchkey"});
  QVERIFY2(built.status == 0, built.err);
  auto told =
      QJsonDocument::fromJson(latchkey({"bundle", "inspect", "--unsigned", "--json", "x.latchkey"}).out).array();
  QCOMPARE(told[0].toObject()["id"].toString(), id);
  QCOMPARE(told[0].toObject()["summary"].toString(), "For tests");
  QStringList claims;
  for (auto one : told) claims << one.toObject()["kind"].toString() + " " + one.toObject()["target"].toString();
  QVERIFY2(claims.contains("network everything"), qPrintable(claims.join("; ")));
}

void ImportTest::overridesCount() {
  installFlatpak(METADATA);
  put(m_broker->path("own-flatpak/overrides/org.example.App"), "[Context]\nshared=!network;\nfilesystems=/srv;\n");
  auto outcome = run({"org.example.App"});
  QVERIFY2(!outcome.out.contains("--share=network") && outcome.out.contains("--filesystem=/srv"), outcome.out);
  put(m_broker->path("own-flatpak/overrides/org.example.App"), "[Context\n");
  outcome = run({"org.example.App"});
  QVERIFY2(outcome.status == 2 && outcome.err.contains("overrides/org.example.App: line 1"), outcome.err);
}

void ImportTest::hostileFlatpaksAreRefused_data() {
  QTest::addColumn<QByteArray>("metadata");
  QTest::addColumn<QString>("why");
  QTest::newRow("of another app") << QByteArray(METADATA).replace("org.example.App", "org.example.Other")
                                  << "it is of another app";
  QTest::newRow("escape sequences") << QByteArray(METADATA) + "org.x=\033[2Jtalk\n" << "control or invisible";
  QTest::newRow("a runtime") << QByteArray("[Runtime]\nname=x.y\n") << "it is no app's";
  QTest::newRow("large") << QByteArray(METADATA) + "#" + QByteArray(1 << 20, 'x') << "larger";
}

void ImportTest::hostileFlatpaksAreRefused() {
  QFETCH(QByteArray, metadata);
  QFETCH(QString, why);
  installFlatpak(metadata);
  auto outcome = run({"org.example.App", "--output", "start"});
  QVERIFY2(outcome.status == 2 && outcome.out.isEmpty() && outcome.err.contains(why.toUtf8()), outcome.err);
  QVERIFY(!outcome.err.contains('\033') && outcome.err.count('\n') == 1);
  QVERIFY(!QFile::exists(work("start")));
}

void ImportTest::aManifestIsNeverWrittenOver() {
  installFlatpak(METADATA);
  put(work("start/manifest.toml"), "mine");
  auto outcome = run({"org.example.App", "--output", "start"});
  QVERIFY2(outcome.status == 1 && outcome.err.contains("is there already"), outcome.err);
  QCOMPARE(content(work("start/manifest.toml")), "mine");
}

void ImportTest::aDebianPackageBecomesABundle() {
  put(work("called anything"), debianOf(viewerParts() + QList<TarPart>{{"./etc/viewer", "x"}}));
  auto outcome = run({"called anything", "--output", "v.latchkey"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY2(outcome.out.contains("/etc/viewer: left out") && outcome.out.contains("Made a key of yours") &&
               outcome.out.contains("v.latchkey: debian.viewer 2.1-3"),
           outcome.out);
  QVERIFY(m_broker->calls().isEmpty());
  auto told = QJsonDocument::fromJson(latchkey({"bundle", "inspect", "--json", "v.latchkey"}).out).array();
  QCOMPARE(told[1].toObject()["command"].toString(), "bin/viewer");
  // Once more: the same key, the same bytes. And `bundle build` makes the same of it.
  auto first = content(work("v.latchkey"));
  auto again = run({"called anything", "--output", "v.latchkey"});
  QVERIFY2(again.status == 0 && !again.out.contains("Made a key"), again.out + again.err);
  QCOMPARE(content(work("v.latchkey")), first);
  QCOMPARE(latchkey({"bundle", "build", "called anything", "--output", "w.latchkey"}).status, 0);
  QCOMPARE(content(work("w.latchkey")), first);
  // A program in /opt, by its whole name.
  put(work("opt.deb"), debianOf({{"./opt/Viewer/run", "#!/bin/sh\n", 0755},
                                 {"./usr/share/applications/viewer.desktop",
                                  "[Desktop Entry]\nType=Application\nName=V\nExec=/opt/Viewer/run --x %U\n"}}));
  QCOMPARE(run({"opt.deb", "--output", "o.latchkey", "--id", "org.example.Opt"}).status, 0);
  told = QJsonDocument::fromJson(latchkey({"bundle", "inspect", "--json", "o.latchkey"}).out).array();
  QCOMPARE(told[1].toObject()["command"].toString(), "opt/Viewer/run --x");
}

void ImportTest::aHostilePackageIsNoBundle() {
  for (auto [parts, why] : {std::pair(QList<TarPart>{{"./usr/../../../tmp/x", "x"}}, "leads out"),
                            {QList<TarPart>{{"./usr/bin/x", "a"}, {"./usr/bin/x", "b"}}, "cannot be written"},
                            {QList<TarPart>{{"./usr/share/x", "a"}}, "has no program"},
                            {viewerParts() + QList<TarPart>{{"./usr/bin/\033[2J", "a"}}, "control"},
                            {QList<TarPart>{{"./usr/bin/viewer", "a", 0755},
                                            {"./usr/share/applications/viewer.desktop",
                                             "[Desktop Entry]\nType=Application\nName=V\nExec=viewer @@ %F @@\n"}},
                             "@@"}}) {
    put(work("x.deb"), debianOf(parts));
    auto outcome = run({"x.deb", "--output", "x.latchkey"});
    QVERIFY2(outcome.status != 0 && outcome.err.contains(why) && !outcome.err.contains('\033'), outcome.err);
    QVERIFY(!QFile::exists(work("x.latchkey")));
  }
  QVERIFY(QDir(m_broker->path("run")).entryList({"latchkey-bundle-*"}).isEmpty());
}

void ImportTest::installApp(const QString& id) const {
  put(m_broker->path("data/applications/") + id + ".desktop",
      "[Desktop Entry]\nType=Application\nName=App\nExec=/bin/true\n");
}

QString ImportTest::ownHome(const QString& app) const {
  return m_broker->path("data/latchkey/profiles/") + app + "/default/home";
}

void ImportTest::dataIsShownAndCopied() {
  installApp("featherpad");
  put(home(".config/app/settings"), "mine");
  put(home(".local/share/app/large"), QByteArray(2'000'000, 'x'));
  QVERIFY(mkfifo(home(".config/app/pipe").toUtf8().constData(), 0600) == 0);
  QStringList words{"--data", home(".config/app"), "--data", home(".local/share/app"), "--to", "featherpad"};
  auto list = json(run(words + QStringList{"--json"}));
  QCOMPARE(list.size(), 3);
  QCOMPARE(list[1].toObject()["bytes"].toInteger(), 2'000'000);
  QCOMPARE(list[2].toObject()["problem"].toString(), "a pipe");
  auto shown = run(words + QStringList{"--dry-run"});
  QVERIFY2(shown.status == 0 && shown.out.contains("~/.local/share/app   1 file, 2.0 MB") &&
               shown.out.contains("left out: ~/.config/app/pipe: a pipe"),
           shown.out + shown.err);
  // Nobody to ask: nothing is done.
  auto unasked = run(words);
  QVERIFY2(unasked.status == 2 && unasked.err.contains("--yes"), unasked.err);
  QVERIFY(!QFile::exists(ownHome("featherpad") + "/.config"));
  auto copied = run(words + QStringList{"--yes"});
  QVERIFY2(copied.status == 0 && copied.out.contains("Copied."), copied.out + copied.err);
  QCOMPARE(content(ownHome("featherpad") + "/.config/app/settings"), "mine");
  QCOMPARE(content(ownHome("featherpad") + "/.local/share/app/large").size(), 2'000'000);
  QCOMPARE(content(home(".config/app/settings")), "mine");
  for (const auto& call : m_broker->calls()) QVERIFY2(call.startsWith("instances"), qPrintable(call));
}

void ImportTest::aFullDiskIsSaidBeforehand() {
  installApp("featherpad");
  put(home(".config/app/small"), "x");
  QFile large(home(".config/app/large"));
  // It holds nothing, and what is copied has no holes.
  if (!large.open(QIODevice::WriteOnly) || !large.resize(8'000'000'000'000)) QSKIP("no such files on this disk");
  auto outcome = run({"--data", home(".config/app"), "--to", "featherpad", "--yes"});
  QVERIFY2(outcome.status == 1 && outcome.err.contains("not enough room"), outcome.err);
  QVERIFY(QDir(ownHome("featherpad")).isEmpty());
  QVERIFY(!QFile::exists(m_broker->path("data/latchkey/profiles/featherpad/default/incoming")));
}

void ImportTest::dataOfARunningAppWaits() {
  installApp("featherpad");
  put(home(".config/app/settings"), "mine");
  m_broker->script.instances = itRuns;
  auto outcome = run({"--data", home(".config/app"), "--to", "featherpad", "--yes"});
  QVERIFY2(outcome.status != 0 && outcome.err.contains("featherpad runs: end it first"), outcome.err);
  QVERIFY(!QFile::exists(ownHome("featherpad") + "/.config/app"));
  // Another profile of it does not.
  outcome = run({"--data", home(".config/app"), "--to", "featherpad@work", "--yes"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(QFile::exists(m_broker->path("data/latchkey/profiles/featherpad/work/home/.config/app/settings")));
}

void ImportTest::whatIsThereIsTold() {
  installApp("featherpad");
  put(home(".config/app/settings"), "mine");
  put(home(".config/other"), "other");
  QStringList words{"--data", home(".config/app"), "--to", "featherpad", "--yes"};
  QCOMPARE(run(words).status, 0);
  put(ownHome("featherpad") + "/.config/app/settings", "the app's");
  auto again = run(words);
  QVERIFY2(again.status == 1 && again.out.contains("stays out, since it has that"), again.out + again.err);
  QCOMPARE(content(ownHome("featherpad") + "/.config/app/settings"), "the app's");
  auto more = run(words + QStringList{"--data", home(".config/other")});
  QVERIFY2(more.status == 0, more.err);
  QCOMPARE(content(ownHome("featherpad") + "/.config/app/settings"), "the app's");
  QCOMPARE(content(ownHome("featherpad") + "/.config/other"), "other");
  auto replaced = run(words + QStringList{"--replace"});
  QVERIFY2(replaced.status == 0 && replaced.out.contains("in the place of what is there"), replaced.out + replaced.err);
  QCOMPARE(content(ownHome("featherpad") + "/.config/app/settings"), "mine");
}

void ImportTest::dataIsNotTakenFrom_data() {
  QTest::addColumn<QString>("from");
  QTest::addColumn<QString>("why");
  QTest::newRow("the home") << "HOME" << "the things of many programs";
  QTest::newRow("all settings") << "HOME/.config" << "the things of many programs";
  QTest::newRow("the system") << "/etc/hosts" << "is not in your home";
  QTest::newRow("by steps up") << "HOME/../x" << "is not in your home";
  QTest::newRow("nowhere") << "HOME/none/at/all" << "is not there";
  QTest::newRow("no such file") << "HOME/none" << "is not there";
  QTest::newRow("a link") << "HOME/link" << "is a link";
}

void ImportTest::dataIsNotTakenFrom() {
  QFETCH(QString, from);
  QFETCH(QString, why);
  installApp("featherpad");
  QVERIFY(QFile::link("/etc/passwd", home("link")));
  QDir().mkpath(home(".config"));
  auto outcome = run({"--data", from.replace("HOME", home()), "--to", "featherpad", "--yes"});
  QVERIFY2(outcome.status != 0 && outcome.err.contains(why.toUtf8()) && outcome.err.count('\n') == 1, outcome.err);
  QVERIFY(!QFile::exists(ownHome("featherpad")));
}

void ImportTest::misuse_data() {
  QTest::addColumn<QStringList>("words");
  QTest::addColumn<QString>("why");
  QTest::newRow("nothing") << QStringList{} << "is missing";
  QTest::newRow("no such Flatpak") << QStringList{"org.example.None"} << "no Flatpak org.example.None";
  QTest::newRow("data for nobody") << QStringList{"--data", "x"} << "--to APP-ID is missing";
  QTest::newRow("data for no app") << QStringList{"--data", "x", "--to", "none"} << "there is no app none";
  QTest::newRow("a profile that is none") << QStringList{"--data", "x", "--to", "a@../b"} << "a profile's name";
  QTest::newRow("data and a word") << QStringList{"--data", "x", "--to", "a", "b"} << "one word too many";
  QTest::newRow("of data alone") << QStringList{"org.x.Y", "--to", "a"} << "--to is not of anything but --data";
  QTest::newRow("of packages alone") << QStringList{"org.x.Y", "--id", "a"} << "--id is not of Flatpaks";
}

void ImportTest::misuse() {
  QFETCH(QStringList, words);
  QFETCH(QString, why);
  auto outcome = run(words);
  QVERIFY2(outcome.status == 2 && outcome.err.contains(why.toUtf8()), outcome.err);
}

QTEST_GUILESS_MAIN(ImportTest)
#include "import-test.moc"
