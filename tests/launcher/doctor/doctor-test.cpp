// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/doctor.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "launcher/doctor/bubblewrap-trial.h"
#include "launcher/doctor/bus-filter-trial.h"

using namespace latchkey;

class DoctorTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void aSoundMachineHasNoFault();
  void eachLackIsNamedWithItsRemedy_data();
  void eachLackIsNamedWithItsRemedy();
  void remediesFitTheDistribution_data();
  void remediesFitTheDistribution();
  void withoutTheBusFilterNobodyReadsAloud();
  void foldersOfOtherMachinesNeedTwoPrograms();
  void thisMachineCarriesLatchkey();
  void CVE_2026_87766_anOldBubblewrapIsFoundOut();
  void CVE_2026_34080_aFilterThatLetsOverhearIsFoundOut_data();
  void CVE_2026_34080_aFilterThatLetsOverhearIsFoundOut();
  void programsThatHangOrAreMissingAreFailures();
};

namespace {
MachineReport sound() {
  MachineReport report;
  report.distribution = "debian";
  report.bubblewrap = report.userNamespaces = report.nestedUserNamespaces = report.fuseDevice = report.fuseMount =
      report.wire = report.redirection = report.systemCallFilter = {true, {}};
  report.bubblewrapVersion = "0.12.0";
  report.wayland = report.securityContext = report.xwayland = report.xephyr = report.unsquashfs = true;
  report.limits = "systemd scope";
  report.busProxyVersion = "0.1.8";
  report.busProxy = {true, {}};
  report.servesFolders = report.showsFolders = true;
  return report;
}

Finding found(const MachineReport& report, const char* id) {
  for (auto& finding : judge(report)) {
    if (finding.id == id) return finding;
  }
  return {};
}

struct Case {
  const char* name;
  const char* id;
  Finding::State state;
  const char* remedy;  // Part of it.
  void (*spoil)(MachineReport&);
};
const Case CASES[] = {
    {"no bubblewrap", "bubblewrap", Finding::State::Fail, "apt install bubblewrap",
     [](auto& r) { r.bubblewrapVersion.clear(); }},
    {"CVE-2026-41163 setuid", "bubblewrap", Finding::State::Fail, "chmod u-s",
     [](auto& r) { r.bubblewrapSetuid = true; }},
    {"CVE-2026-87766", "bubblewrap", Finding::State::Fail, "apt install bubblewrap",
     [](auto& r) { r.bubblewrapEscapes = true; }},
    {"0.12 in name only", "bubblewrap", Finding::State::Fail, "apt install bubblewrap",
     [](auto& r) { r.bubblewrapEscapes = true, r.bubblewrapVersion = "0.12.1"; }},
    {"old but patched", "bubblewrap", Finding::State::Warn, "apt install bubblewrap",
     [](auto& r) { r.bubblewrapVersion = "0.11.0"; }},
    {"bubblewrap fails", "bubblewrap", Finding::State::Fail, "apt install bubblewrap",
     [](auto& r) { r.bubblewrap = {false, "no"}; }},
    {"bubblewrap fails for want of namespaces", "bubblewrap", Finding::State::Fail, "user namespaces below",
     [](auto& r) { r.bubblewrap = r.userNamespaces = {false, "no"}; }},
    {"AppArmor", "user-namespaces", Finding::State::Fail, "apparmor_restrict_unprivileged_userns=0",
     [](auto& r) { r.userNamespaces = {false, "no"}, r.appArmorRestricts = true; }},
    {"switched off", "user-namespaces", Finding::State::Fail, "unprivileged_userns_clone=1",
     [](auto& r) { r.userNamespaces = {false, "no"}, r.switchedOff = true; }},
    {"no nesting", "nested-namespaces", Finding::State::Warn, "",
     [](auto& r) { r.nestedUserNamespaces = {false, "no"}; }},
    {"no FUSE", "fuse-device", Finding::State::Fail, "apt install fuse3",
     [](auto& r) { r.fuseDevice = {false, "missing"}; }},
    {"no FUSE mount", "fuse-mount", Finding::State::Fail, "Linux 5.12", [](auto& r) { r.fuseMount = {false, "no"}; }},
    {"no filter", "seccomp", Finding::State::Fail, "CONFIG_SECCOMP_FILTER",
     [](auto& r) { r.systemCallFilter = {false, "no"}; }},
    {"compositor without contexts", "screen", Finding::State::Warn, "wp_security_context_v1",
     [](auto& r) { r.securityContext = false, r.privilegedInterfaces = {"zwlr_screencopy_manager_v1"}; }},
    {"X11 session", "screen", Finding::State::Warn, "Wayland session",
     [](auto& r) { r.wayland = r.securityContext = false, r.x11 = true; }},
    {"no session", "screen", Finding::State::Warn, "desktop session",
     [](auto& r) { r.wayland = r.securityContext = false; }},
    {"no Xwayland", "nested-x", Finding::State::Warn, "apt install xwayland", [](auto& r) { r.xwayland = false; }},
    {"no Xephyr", "nested-x", Finding::State::Warn, "apt install xserver-xephyr",
     [](auto& r) { r.wayland = r.securityContext = r.xephyr = false, r.x11 = true; }},
    {"weak limits", "limits", Finding::State::Warn, "systemd", [](auto& r) { r.limits = "rlimits"; }},
    {"no tun", "tun", Finding::State::Warn, "modprobe -a tun", [](auto& r) { r.wire = {false, "opening: missing"}; }},
    {"no tun for want of namespaces", "tun", Finding::State::Warn, "user namespaces above",
     [](auto& r) { r.wire = r.userNamespaces = {false, "no"}; }},
    {"no redirection", "nft", Finding::State::Warn, "modprobe -a nf_tables nft_chain_nat nft_redir",
     [](auto& r) { r.redirection = {false, "nf_tables: Operation not supported"}; }},
    {"no unsquashfs", "appimage", Finding::State::Warn, "apt install squashfs-tools",
     [](auto& r) { r.unsquashfs = false; }},
};
}  // namespace

void DoctorTest::aSoundMachineHasNoFault() {
  for (auto& finding : judge(sound())) {
    QVERIFY2(finding.state == Finding::State::Ok, finding.detail.c_str());
    QVERIFY2(finding.remedy.empty(), finding.remedy.c_str());
    QVERIFY(!finding.id.empty() && !finding.title.empty() && !finding.detail.empty());
  }
  auto harmless = sound();
  harmless.securityContext = false;
  QVERIFY(found(harmless, "screen").state == Finding::State::Ok);
}

void DoctorTest::eachLackIsNamedWithItsRemedy_data() {
  QTest::addColumn<int>("number");
  for (int i = 0; i < static_cast<int>(std::size(CASES)); ++i) QTest::newRow(CASES[i].name) << i;
}

void DoctorTest::eachLackIsNamedWithItsRemedy() {
  QFETCH(int, number);
  auto& one = CASES[number];
  auto report = sound();
  one.spoil(report);
  auto finding = found(report, one.id);
  QVERIFY(finding.state == one.state);
  QVERIFY(!finding.detail.empty() && !finding.remedy.empty());
  QVERIFY2(finding.remedy.find(one.remedy) != std::string::npos, finding.remedy.c_str());
  QVERIFY(finding.detail.find('\n') == std::string::npos && finding.remedy.find('\n') == std::string::npos);
}

void DoctorTest::remediesFitTheDistribution_data() {
  QTest::addColumn<QByteArray>("distribution");
  QTest::addColumn<QByteArray>("family");
  QTest::addColumn<QByteArray>("command");
  QTest::newRow("Debian") << QByteArray("debian") << QByteArray() << QByteArray("sudo apt install squashfs-tools");
  QTest::newRow("Ubuntu") << QByteArray("ubuntu") << QByteArray("debian")
                          << QByteArray("sudo apt install squashfs-tools");
  QTest::newRow("Mint") << QByteArray("linuxmint") << QByteArray("ubuntu debian")
                        << QByteArray("sudo apt install squashfs-tools");
  QTest::newRow("Fedora") << QByteArray("fedora") << QByteArray() << QByteArray("sudo dnf install squashfs-tools");
  QTest::newRow("Alma") << QByteArray("almalinux") << QByteArray("rhel centos fedora")
                        << QByteArray("sudo dnf install squashfs-tools");
  QTest::newRow("Arch") << QByteArray("arch") << QByteArray() << QByteArray("sudo pacman -S squashfs-tools");
  QTest::newRow("another") << QByteArray("void") << QByteArray() << QByteArray("install squashfs-tools");
  QTest::newRow("none") << QByteArray() << QByteArray() << QByteArray("install squashfs-tools");
}

void DoctorTest::remediesFitTheDistribution() {
  QFETCH(QByteArray, distribution);
  QFETCH(QByteArray, family);
  QFETCH(QByteArray, command);
  auto report = sound();
  report.distribution = distribution.toStdString();
  report.family = family.toStdString();
  report.unsquashfs = false;
  QCOMPARE(QByteArray::fromStdString(found(report, "appimage").remedy), command);
  // And of whatever else is lacking: where Debian is told to install something so are the others, by what they have.
  auto tool = [](const std::string& remedy) {
    std::string tools;
    for (auto name : {"apt ", "dnf ", "pacman "}) {
      if (remedy.find(std::string("sudo ") + name) != std::string::npos) tools += name;
    }
    return tools;
  };
  auto theirs = tool(command.toStdString());
  for (auto& one : CASES) {
    auto here = sound(), debian = sound();
    here.distribution = report.distribution;
    here.family = report.family;
    one.spoil(here);
    one.spoil(debian);
    auto remedy = found(here, one.id).remedy;
    QVERIFY2(!remedy.empty(), one.name);
    QVERIFY2(tool(remedy) == (tool(found(debian, one.id).remedy).empty() ? "" : theirs), remedy.c_str());
  }
}

void DoctorTest::withoutTheBusFilterNobodyReadsAloud() {
  auto report = sound();
  QVERIFY(found(report, "bus-proxy").state == Finding::State::Ok);
  report.busProxyVersion.clear();
  auto finding = found(report, "bus-proxy");
  QVERIFY(finding.state == Finding::State::Warn);
  QVERIFY(finding.detail.find("screen readers") != std::string::npos);
  QVERIFY(finding.remedy.find("xdg-dbus-proxy") != std::string::npos);
}

void DoctorTest::foldersOfOtherMachinesNeedTwoPrograms() {
  auto report = sound();
  for (auto id : {"sftp-server", "sshfs"}) QVERIFY(found(report, id).state == Finding::State::Ok);
  report.servesFolders = false;
  QVERIFY(found(report, "sftp-server").state == Finding::State::Warn);
  QVERIFY(found(report, "sftp-server").remedy.contains("openssh-sftp-server"));
  QVERIFY(found(report, "sshfs").state == Finding::State::Ok);
  report.showsFolders = false;
  QVERIFY(found(report, "sshfs").state == Finding::State::Warn);
  QVERIFY(found(report, "sshfs").remedy.contains("sshfs"));
}

void DoctorTest::thisMachineCarriesLatchkey() {
  QElapsedTimer timer;
  timer.start();
  auto before = QDir("/tmp").entryList({"latchkey-doctor-*"});
  for (auto& finding : diagnose()) {
    QVERIFY2(finding.state != Finding::State::Fail, (finding.id + ": " + finding.detail).c_str());
    qInfo("%s: %s: %s", std::string(nameOf(finding.state)).c_str(), finding.id.c_str(), finding.detail.c_str());
  }
  QCOMPARE(QDir("/tmp").entryList({"latchkey-doctor-*"}), before);
}

void DoctorTest::CVE_2026_87766_anOldBubblewrapIsFoundOut() {
  MachineReport report;
  tryBubblewrap("/usr/bin/bwrap", report);
  QVERIFY(!report.bubblewrapEscapes);
  // One that does what old versions did: makes the directory wherever the link leads.
  QTemporaryDir directory;
  auto path = directory.path() + "/bwrap";
  QFile script(path);
  QVERIFY(script.open(QIODevice::WriteOnly));
  script.write(
      "#!/bin/bash\nif [ \"$1\" = --version ]; then echo bubblewrap 0.12.0; exit; fi\n"
      "while [ $# -gt 0 ]; do case $1 in --bind) home=$2; shift 3;; --dir) made=$2; shift 2;; *) shift;; esac; done\n"
      "[ -n \"$made\" ] || exit 0\nlink=${made%/made}; target=$(readlink \"$home/${link#/home/}\")\nmkdir "
      "\"${target#*/oldroot}/made\"\n");
  script.close();
  script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
  MachineReport old = sound();
  tryBubblewrap(path.toStdString(), old);
  QVERIFY(old.bubblewrapEscapes);
  QVERIFY(found(old, "bubblewrap").state == Finding::State::Fail);
}

void DoctorTest::CVE_2026_34080_aFilterThatLetsOverhearIsFoundOut_data() {
  QTest::addColumn<QByteArray>("keepsOut");  // Of what is said, as a pattern; empty: it passes all.
  QTest::addColumn<bool>("sound");
  QTest::newRow("as before 0.1.7") << QByteArray("eavesdrop=") << false;
  QTest::newRow("passes all") << QByteArray() << false;
  QTest::newRow("as mended") << QByteArray("eavesdrop") << true;
}

// A filter that works as one but for what it keeps out: byte by byte what a program and a bus say to each other.
void DoctorTest::CVE_2026_34080_aFilterThatLetsOverhearIsFoundOut() {
  QFETCH(QByteArray, keepsOut);
  QFETCH(bool, sound);
  QTemporaryDir directory;
  auto path = directory.path() + "/filter";
  QFile script(path);
  QVERIFY(script.open(QIODevice::WriteOnly));
  script.write(QByteArray(R"(#!/usr/bin/python3
import os, select, socket, sys
KEPT_OUT = b'%1'
address, place = sys.argv[2].removeprefix('unix:path='), sys.argv[3]
door = socket.socket(socket.AF_UNIX)
door.bind(place)
door.listen()
os.write(3, b'x')
app = door.accept()[0]
bus = socket.socket(socket.AF_UNIX)
bus.connect(address)
held = b''
while True:
    for end in select.select([app, bus], [], [])[0]:
        said = end.recv(1 << 16)
        if not said:
            sys.exit()
        if end is bus:
            app.sendall(said)
            continue
        held += said
        if held[:1] in (b'\0', b'B'):
            line, held = held.split(b'\r\n', 1)
            bus.sendall(line + b'\r\n')
        while len(held) >= 16:
            number = lambda at: int.from_bytes(held[at:at + 4], 'little')
            size = 16 + (number(12) + 7 & ~7) + number(4)
            if len(held) < size:
                break
            if not KEPT_OUT or KEPT_OUT not in held[:size]:
                bus.sendall(held[:size])
            held = held[size:]
)")
                   .replace("%1", keepsOut));
  script.close();
  script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
  auto trial = tryBusFilter(path.toStdString());
  QVERIFY2(trial.works == sound, trial.reason.c_str());
  auto report = ::sound();
  report.busProxy = trial;
  auto finding = found(report, "bus-proxy");
  QVERIFY(finding.state == (sound ? Finding::State::Ok : Finding::State::Warn));
  if (sound) return;
  QVERIFY2(finding.detail.find("CVE-2026-34080") != std::string::npos, finding.detail.c_str());
  QVERIFY2(finding.remedy.find("xdg-dbus-proxy") != std::string::npos, finding.remedy.c_str());
}

void DoctorTest::programsThatHangOrAreMissingAreFailures() {
  std::string output;
  QCOMPARE(runBriefly("/no/such/program", {}, output), -1);
  QCOMPARE(runBriefly("/bin/sh", {"-c", "echo said; exit 7"}, output), 7);
  QCOMPARE(output, std::string("said\n"));
  MachineReport report;
  tryBubblewrap("/bin/false", report);
  QVERIFY(!report.bubblewrap.works && !report.bubblewrap.reason.empty());
  for (auto program : {"/no/such/program", "/bin/false"}) {
    auto trial = tryBusFilter(program);
    QVERIFY(!trial.works && trial.reason.find("does not work") != std::string::npos);
  }
  if (access("/usr/bin/xdg-dbus-proxy", X_OK) != 0) QSKIP("xdg-dbus-proxy is not installed");
  QVERIFY(tryBusFilter("/usr/bin/xdg-dbus-proxy").works);
}

QTEST_GUILESS_MAIN(DoctorTest)
#include "doctor-test.moc"
