// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a Flatpak is allowed from the start: read strictly, and said what Latchkey does instead.

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

#include "broker/base/text.h"
#include "launcher/flatpak/flatpak-claims.h"
#include "launcher/flatpak/flatpak-places.h"
#include "tests/launcher/flatpak/finish-args.h"

using namespace latchkey;
using namespace latchkey::flatpak;
using namespace latchkey::test;
using Kind = Permission::Kind;

class FlatpakTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void permissionsAreRead();
  void malformedIsRefused_data();
  void malformedIsRefused();
  void whatIsNotKnownIsTold();
  void overridesAddAndTakeAway();
  void aBrokenOverrideIsAProblem();
  void sentences_data();
  void sentences();
  void claimsAreEachThereOnce();
  void claimsOfWellKnownApps();
  void theTableIsTrue();
  void installedOnesAreFound();
  void whatIsNoIdIsNotLookedFor_data();
  void whatIsNoIdIsNotLookedFor();
};

namespace {

constexpr const char* HEAD = "[Application]\nname=org.example.App\nruntime=r/x86_64/1\ncommand=app\n";

Metadata metadataOf(const QByteArray& more) {
  auto result = readMetadata((HEAD + more).toStdString());
  if (auto problem = std::get_if<Problem>(&result)) qFatal("%s", problem->reason.c_str());
  return std::get<Metadata>(result);
}

QStringList spelledAll(const Metadata& metadata) {
  QStringList all;
  for (auto& one : metadata.permissions) all << QString::fromStdString(spelled(one));
  return all;
}

// "asks asks refused": of one permission.
QString insteads(const std::vector<Line>& lines) {
  QStringList all;
  for (auto& line : lines) all << QString::fromUtf8(nameOf(line.instead).data());
  return all.join(' ');
}

void put(const QString& path, const QByteArray& text) {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
  file.write(text);
}

bool covers(const ManifestClaim& claim, const QString& use) {
  auto kind = use.section(' ', 0, 0), target = use.section(' ', 1);
  auto claimed = QString::fromStdString(claim.target);
  if (QString::fromStdString(claim.kind) != kind) return false;
  if (kind == "network") return claimed == "everything";
  return claimed == target || (kind == "folder" && (claimed == "/" || target.startsWith(claimed + "/")));
}

// What of it is the most.
QString widest(const Metadata& metadata) {
  QStringList words;
  auto has = [&](const char* text) {
    return spelledAll(metadata).contains(QRegularExpression(QRegularExpression::anchoredPattern(text)));
  };
  auto any = [&](const char* text) { return !spelledAll(metadata).filter(QRegularExpression(text)).isEmpty(); };
  if (has("--filesystem=host")) words << "all files";
  else if (has("--filesystem=home:ro")) words << "reading the whole home";
  else if (has("--filesystem=home")) words << "the whole home";
  else if (any("^--filesystem=xdg-(doc|dow|mus|pic|vid)")) words << "folders of yours";
  if (has("--socket=x11")) words << "all windows (X11)";
  if (has("--device=all")) words << "all devices";
  if (has("--share=network")) words << "the network";
  if (any("-name=org.freedesktop.Flatpak$")) words << "starting programs outside";
  if (has("--socket=ssh-auth")) words << "your SSH keys";
  if (has("--socket=pcsc")) words << "smart cards";
  return words.join(", ");
}

QString table() {
  QString text =
      "| App | Its Flatpak has from the start | Of that: nothing | asks | ability | refused | Normal use needs |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& app : knownApps()) {
    auto metadata = std::get<Metadata>(readMetadata(app.metadata.toStdString()));
    auto lines = insteadOf(metadata);
    auto count = [&](Instead instead) { return QString::number(std::ranges::count(lines, instead, &Line::instead)); };
    auto granted = app.uses.isEmpty() ? QString("0") : QString("%1: %2").arg(app.uses.size()).arg(app.uses.join(", "));
    text += QString("| %1 | %2: %3 | %4 | %5 | %6 | %7 | %8 |\n")
                .arg(app.name)
                .arg(metadata.permissions.size())
                .arg(widest(metadata), count(Instead::Nothing), count(Instead::Asks), count(Instead::Ability),
                     count(Instead::Refused), granted);
  }
  return text;
}

}  // namespace

void FlatpakTest::permissionsAreRead() {
  auto metadata = metadataOf(
      "[Context]\nshared=network;ipc;\nsockets=x11;\nfilesystems=xdg-music:ro;~/a b:create;host;\n"
      "persistent=.x;\nfeatures=devel;\n[Session Bus Policy]\norg.gtk.vfs.*=talk\norg.a.B=own\n"
      "[System Bus Policy]\norg.bluez=talk\n[Environment]\nA=b;c=d\n[Extension org.x.Y]\n"
      "directory=x\n[USB Devices]\nenumerable-devices=all;\n");
  QCOMPARE(metadata.id, "org.example.App");
  QCOMPARE(metadata.command, "app");
  QCOMPARE(spelledAll(metadata),
           (QStringList{"--share=network", "--share=ipc", "--socket=x11", "--filesystem=xdg-music:ro",
                        "--filesystem=~/a b:create", "--filesystem=host", "--persist=.x", "--allow=devel",
                        "--talk-name=org.gtk.vfs.*", "--own-name=org.a.B", "--system-talk-name=org.bluez",
                        "--env=A=b;c=d", "--usb=all"}));
}

void FlatpakTest::malformedIsRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::newRow("nothing") << QByteArray();
  QTest::newRow("a runtime's") << QByteArray("[Runtime]\nname=org.example.Platform\n");
  QTest::newRow("no name") << QByteArray("[Application]\nruntime=r\n");
  QTest::newRow("a name with a step up") << QByteArray("[Application]\nname=../x.y\n");
  QTest::newRow("a name with a slash") << QByteArray("[Application]\nname=org.x/y\n");
  QTest::newRow("a name like an option") << QByteArray("[Application]\nname=-x.y\n");
  QTest::newRow("a name without a dot") << QByteArray("[Application]\nname=app\n");
  QTest::newRow("NUL") << HEAD + QByteArray("[Context]\nshared=network\0;\n", 27);
  QTest::newRow("a group twice") << HEAD + QByteArray("[Context]\nshared=ipc;\n[Context]\nshared=network;\n");
  QTest::newRow("a key twice") << HEAD + QByteArray("[Context]\nshared=ipc;\nshared=network;\n");
  QTest::newRow("escape sequences") << HEAD + QByteArray("[Context]\nfilesystems=\033[2J;\n");
  QTest::newRow("a line feed within") << HEAD + QByteArray("[Context]\nfilesystems=a\\nb;\n");
  QTest::newRow("reading order") << HEAD + QByteArray("[Environment]\nA=\u202exyz\n");
  QTest::newRow("no text") << HEAD + QByteArray("[Context]\nshared=\xff\xfe;\n");
  QTest::newRow("a long name") << QByteArray(HEAD) + "[Context]\nfilesystems=/" + QByteArray(2000, 'a') + ";\n";
  QTest::newRow("too much") << QByteArray(HEAD) + "#" + QByteArray(300 << 10, 'a') + "\n";
  QByteArray many = HEAD;
  many += "[Environment]\n";
  for (int i = 0; i < 2000; ++i) many += "A" + QByteArray::number(i) + "=1\n";
  QTest::newRow("too many") << many;
}

void FlatpakTest::malformedIsRefused() {
  QFETCH(QByteArray, text);
  auto result = readMetadata(text.toStdString());
  auto problem = std::get_if<Problem>(&result);
  QVERIFY(problem != nullptr);
  QVERIFY(!problem->reason.empty() && escaped(problem->reason) == problem->reason);
}

void FlatpakTest::whatIsNotKnownIsTold() {
  auto metadata =
      metadataOf("[Context]\nshared=future;\nwishes=a;\n[Session Bus Policy]\norg.a.B=everything\n[Policy x]\nk=v\n");
  QCOMPARE(spelledAll(metadata), (QStringList{"--share=future", "wishes=a;", "org.a.B=everything", "Policy x: k=v"}));
  for (auto& line : insteadOf(metadata)) {
    QCOMPARE(line.instead, Instead::Refused);
    QVERIFY(line.claims.empty() && line.ability.empty());
  }
}

void FlatpakTest::overridesAddAndTakeAway() {
  auto metadata = metadataOf(
      "[Context]\nshared=network;ipc;\nfilesystems=host;xdg-music:ro;\n[Session Bus Policy]\n"
      "org.a.B=talk\n[Environment]\nA=1\nB=2\n");
  QVERIFY(!applyOverride(metadata,
                         "[Context]\nshared=!network;\nfilesystems=!host;xdg-music;/srv;\n"
                         "unset-environment=A;\n[Session Bus Policy]\norg.a.B=none\n[Environment]\nB=3\n"));
  QCOMPARE(spelledAll(metadata),
           (QStringList{"--share=ipc", "--filesystem=xdg-music", "--filesystem=/srv", "--env=B=3"}));
  QVERIFY(!applyOverride(metadata, "[Context]\nfilesystems=!host:reset;~/x;\n"));
  QCOMPARE(spelledAll(metadata), (QStringList{"--share=ipc", "--env=B=3", "--filesystem=~/x"}));
}

void FlatpakTest::aBrokenOverrideIsAProblem() {
  auto metadata = metadataOf("");
  QVERIFY(applyOverride(metadata, "[Context\n"));
  QVERIFY(!applyOverride(metadata, ""));
}

void FlatpakTest::sentences_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QString>("instead");
  QTest::addColumn<QString>("claim");
  auto row = [](const char* text, const char* instead, const char* claim = "") {
    QTest::newRow(text) << QByteArray(text) << QString(instead) << QString(claim);
  };
  row("[Context]\nshared=network;", "asks", "network everything read");
  row("[Context]\nshared=ipc;", "nothing");
  row("[Context]\nsockets=x11;", "ability", "needs-x11");
  row("[Context]\nsockets=x11;wayland;", "nothing nothing");
  row("[Context]\nsockets=wayland;fallback-x11;", "nothing nothing");
  row("[Context]\nsockets=pulseaudio;", "nothing asks", "desktop microphone read");
  row("[Context]\nsockets=session-bus;system-bus;ssh-auth;gpg-agent;pcsc;", "refused refused refused refused refused");
  row("[Context]\ndevices=dri;", "ability", "gpu");
  row("[Context]\ndevices=all;", "ability asks refused", "gpu; desktop camera read");
  row("[Context]\ndevices=kvm;input;usb;", "refused refused refused");
  row("[Context]\nfilesystems=host:ro;", "asks", "folder / read");
  row("[Context]\nfilesystems=home;", "asks", "folder ~ write");
  row("[Context]\nfilesystems=xdg-documents/Zoom:create;", "asks", "folder ~/Documents/Zoom write");
  row("[Context]\nfilesystems=/run/media;/media:ro;", "asks asks", "folder /run/media write; folder /media read");
  row("[Context]\nfilesystems=xdg-config/GIMP;~/.gnupg;xdg-data/x;", "nothing nothing nothing");
  row("[Context]\nfilesystems=/tmp;host-etc;", "nothing nothing");
  row("[Context]\nfilesystems=xdg-run/dconf;/run/lirc;/dev/shm;/proc;/var/run/x;",
      "refused refused refused refused refused");
  row("[Context]\nfilesystems=xdg-run/pipewire-0;xdg-run/gvfsd;", "asks refused", "desktop screencast read");
  row("[Context]\nfilesystems=/srv/../etc;~/x/..;relative;~other;", "refused refused refused refused");
  row("[Context]\nfeatures=devel;bluetooth;multiarch;", "refused refused nothing");
  row("[Context]\npersistent=.x;", "nothing");
  row("[Session Bus Policy]\norg.freedesktop.Notifications=talk", "nothing");
  row("[Session Bus Policy]\norg.mpris.MediaPlayer2.vlc=own", "nothing");
  row("[Session Bus Policy]\norg.mpris.MediaPlayer2Evil=talk", "refused");
  row("[Session Bus Policy]\norg.example.Own=own", "nothing");
  row("[Session Bus Policy]\norg.freedesktop.Flatpak=talk\norg.freedesktop.secrets=talk\norg.x.Y=talk",
      "refused refused refused");
  row("[System Bus Policy]\norg.bluez=talk", "refused");
  row("[Environment]\nA=b", "nothing");
}

void FlatpakTest::sentences() {
  QFETCH(QByteArray, text);
  QFETCH(QString, instead);
  QFETCH(QString, claim);
  auto lines = insteadOf(metadataOf(text + "\n"));
  QCOMPARE(insteads(lines), instead);
  QStringList claims;
  for (auto& line : lines) {
    QVERIFY(line.sentence.ends_with('.') && escaped(line.sentence) == line.sentence);
    QCOMPARE(line.claims.empty(), line.instead != Instead::Asks);
    QCOMPARE(line.ability.empty(), line.instead != Instead::Ability);
    if (!line.ability.empty()) claims << QString::fromStdString(line.ability);
    for (auto& one : line.claims) claims << QString::fromStdString(one.kind + " " + one.target + " " + one.access);
  }
  QCOMPARE(claims.join("; "), claim);
}

void FlatpakTest::claimsAreEachThereOnce() {
  auto claims =
      claimsOf(insteadOf(metadataOf("[Context]\nshared=network;\nsockets=pulseaudio;\n"
                                    "filesystems=xdg-music:ro;~/Music/a;~/Music/a/b:ro;home:ro;xdg-download;\n")));
  QStringList all;
  for (auto& one : claims) all << QString::fromStdString(one.kind + " " + one.target + " " + one.access);
  QCOMPARE(all, (QStringList{"network everything read", "desktop microphone read", "folder ~/Music/a write",
                             "folder ~ read", "folder ~/Downloads write"}));
  QCOMPARE(claims[2].reason, "Its Flatpak has --filesystem=~/Music/a");
}

// What it needs in normal use is among what it would claim, and all of it is a manifest.
void FlatpakTest::claimsOfWellKnownApps() {
  auto apps = knownApps();
  QCOMPARE(apps.size(), 20);
  for (const auto& app : apps) {
    auto read = readMetadata(app.metadata.toStdString());
    QVERIFY2(std::holds_alternative<Metadata>(read), qPrintable(app.id));
    auto lines = insteadOf(std::get<Metadata>(read));
    auto claims = claimsOf(lines);
    for (const auto& use : app.uses) {
      // Who has the desktop's own X server needs no more to see the screen.
      if (use == "desktop screencast" && spelledAll(std::get<Metadata>(read)).contains("--socket=x11")) continue;
      bool covered = std::ranges::any_of(claims, [&](auto& one) { return covers(one, use); });
      QVERIFY2(covered, qPrintable(app.id + ": " + use));
    }
    for (auto& line : lines)
      QVERIFY2(line.sentence != "This is not known to Latchkey, and not given.",
               (app.id + ": ").toUtf8() + line.permission.c_str());
  }
}

// packaging/FLATPAK.md says what the code says. LATCHKEY_WRITE_TABLES=1 writes it anew.
void FlatpakTest::theTableIsTrue() {
  constexpr auto BEGIN = "<!-- table -->\n", END = "<!-- end of table -->";
  QFile file(qEnvironmentVariable("LATCHKEY_SOURCE") + "/packaging/FLATPAK.md");
  QVERIFY(file.open(QIODevice::ReadOnly));
  auto text = QString::fromUtf8(file.readAll());
  file.close();
  auto from = text.indexOf(BEGIN), to = text.indexOf(END);
  QVERIFY(from >= 0 && to > from);
  from += static_cast<qsizetype>(strlen(BEGIN));
  auto now = table();
  if (qEnvironmentVariableIsSet("LATCHKEY_WRITE_TABLES")) {
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.replace(from, to - from, now).toUtf8());
    return;
  }
  QCOMPARE(text.mid(from, to - from).split('\n'), now.split('\n'));
}

void FlatpakTest::installedOnesAreFound() {
  QTemporaryDir folder;
  Places places{{folder.filePath("user").toStdString(), folder.filePath("system").toStdString()}};
  QVERIFY(!findInstalled(places, "org.example.App"));
  put(folder.filePath("system/app/org.example.App/x86_64/stable/abc/metadata"), "of the system");
  QDir().mkpath(folder.filePath("system/app/org.example.App"));
  QVERIFY(QFile::link("abc", folder.filePath("system/app/org.example.App/x86_64/stable/active")));
  QVERIFY(QFile::link("x86_64/stable", folder.filePath("system/app/org.example.App/current")));
  put(folder.filePath("user/overrides/org.example.App"), "x");
  put(folder.filePath("system/overrides/global"), "x");
  auto found = findInstalled(places, "org.example.App");
  QVERIFY(found);
  QCOMPARE(QString::fromStdString(found->metadata),
           folder.filePath("system/app/org.example.App/current/active/metadata"));
  QVERIFY(found->entry.empty());
  QCOMPARE(found->overrides,
           (std::vector<std::string>{folder.filePath("system/overrides/global").toStdString(),
                                     folder.filePath("user/overrides/org.example.App").toStdString()}));
  put(folder.filePath("user/app/org.example.App/current/active/metadata"), "of the person");
  put(folder.filePath("user/app/org.example.App/current/active/export/share/applications/org.example.App.desktop"),
      "x");
  found = findInstalled(places, "org.example.App");
  QVERIFY(QString::fromStdString(found->metadata).startsWith(folder.filePath("user/")) && !found->entry.empty());
  QCOMPARE(installedIds(places), std::vector<std::string>{"org.example.App"});
}

void FlatpakTest::whatIsNoIdIsNotLookedFor_data() {
  QTest::addColumn<QString>("id");
  for (auto id : {"", "..", "../../x.y", "a/b.c", "app", ".x.y"}) QTest::newRow(id) << id;
}

void FlatpakTest::whatIsNoIdIsNotLookedFor() {
  QFETCH(QString, id);
  QTemporaryDir folder;
  put(folder.filePath("user/app/current/active/metadata"), "x");
  put(folder.filePath("user/x.y/current/active/metadata"), "x");
  QVERIFY(!findInstalled({{folder.filePath("user").toStdString()}}, id.toStdString()));
}

QTEST_GUILESS_MAIN(FlatpakTest)
#include "flatpak-test.moc"
