// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The program itself on machines that refuse one thing each: what it tries there fails, is named with its remedy, and
// nothing else is blamed. A machine is this one, in a child with less.

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

namespace {

// What follows runs between fork and exec: system calls only. 0, or the error that stopped it.

bool put(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  auto size = static_cast<ssize_t>(strlen(text));
  bool fine = fd >= 0 && write(fd, text, static_cast<size_t>(size)) == size;
  if (fd >= 0) close(fd);
  return fine;
}

int ownNamespaces() {
  char users[64], groups[64];
  snprintf(users, sizeof users, "%u %u 1", getuid(), getuid());
  snprintf(groups, sizeof groups, "%u %u 1", getgid(), getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 || !put("/proc/self/setgroups", "deny") ||
      !put("/proc/self/uid_map", users) || !put("/proc/self/gid_map", groups))
    return errno;
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ? errno : 0;
}

int namespacesLeft(const char* number) {
  if (int error = ownNamespaces()) return error;
  return put("/proc/sys/user/max_user_namespaces", number) ? 0 : errno;
}

// A file that nobody may open or execute stands in its place.
int without(std::initializer_list<const char*> paths) {
  if (int error = ownNamespaces()) return error;
  constexpr const char* NOTHING = "/tmp/.latchkey-nothing";
  int fd = open(NOTHING, O_CREAT | O_CLOEXEC, 0);
  if (fd < 0) return errno;
  close(fd);
  int error = 0;
  for (auto path : paths) {
    if (access(path, F_OK) == 0 && mount(NOTHING, path, nullptr, MS_BIND, nullptr) < 0) error = errno;
  }
  unlink(NOTHING);
  return error;
}

// A kernel that answers `error` to this call, or to it with this argument alone.
int refusing(long call, uint32_t error, int argument = -1, uint32_t value = 0) {
  auto offset = static_cast<uint32_t>(offsetof(seccomp_data, args) + sizeof(uint64_t) * (argument < 0 ? 0 : argument));
  sock_filter with[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_filter any[] = {with[0], BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1), with[4],
                       with[5]};
  sock_fprog program{static_cast<unsigned short>(argument < 0 ? std::size(any) : std::size(with)),
                     argument < 0 ? any : with};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errno;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? errno : 0;
}

using Found = QMap<QString, QJsonObject>;

struct Machine {
  const char* name;
  int (*lessen)();
  QStringList failing, warned;  // All that is told of it; "ID: part of the remedy".
};

const QList<Machine>& machines() {
  static const QString NAMESPACES = "see user namespaces";
  static const QList<Machine> all = {
      {"no user namespaces",
       [] { return namespacesLeft("0"); },
       {"bubblewrap: " + NAMESPACES, "user-namespaces: user.max_user_namespaces=15000", "fuse-mount: " + NAMESPACES},
       {"tun: " + NAMESPACES, "nft: " + NAMESPACES}},
      {"/dev/fuse is root's",
       [] { return without({"/dev/fuse"}); },
       {"fuse-device: fuse3", "fuse-mount: see /dev/fuse above"},
       {}},
      {"/dev/net/tun is root's", [] { return without({"/dev/net/tun"}); }, {}, {"tun: tun"}},
      {"no nf_tables",
       [] { return refusing(SYS_socket, EPROTONOSUPPORT, 2, NETLINK_NETFILTER); },
       {},
       {"nft: nf_tables"}},
      {"before Linux 5.2", [] { return refusing(SYS_fsopen, ENOSYS); }, {"fuse-mount: Linux 5.12"}, {}},
      {"no filters", [] { return refusing(SYS_seccomp, ENOSYS); }, {"seccomp: CONFIG_SECCOMP_FILTER"}, {}},
      {"bubblewrap may not change its root",
       [] { return refusing(SYS_pivot_root, EPERM); },
       {"bubblewrap: bubblewrap"},
       {}},
      {"programs are missing",
       [] {
         return without({"/usr/bin/unsquashfs", "/usr/bin/xdg-dbus-proxy", "/usr/bin/Xwayland", "/usr/bin/Xephyr",
                         "/usr/bin/sshfs", "/usr/lib/openssh/sftp-server", "/usr/lib/sftp-server"});
       },
       {},
       {"appimage: squashfs-tools", "bus-proxy: xdg-dbus-proxy", "nested-x: xwayland", "sshfs: sshfs",
        "sftp-server: openssh"}},
      {"no bubblewrap", [] { return without({"/usr/bin/bwrap"}); }, {"bubblewrap: bubblewrap"}, {}},
  };
  return all;
}

Found examined(int (*lessen)(), int* status) {
  QProcess doctor;
  auto environment = QProcessEnvironment::systemEnvironment();
  for (auto name : {"WAYLAND_DISPLAY", "DISPLAY"}) environment.remove(name);
  doctor.setProcessEnvironment(environment);
  if (lessen != nullptr) {
    doctor.setChildProcessModifier([=, &doctor] {
      if (int error = lessen()) doctor.failChildProcessModifier("lessening it", error);
    });
  }
  doctor.start(qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey-doctor", {"--json"});
  Found found;
  if (!doctor.waitForFinished(60'000)) {
    qWarning("%s", qPrintable(doctor.errorString()));
    return found;
  }
  *status = doctor.exitCode();
  for (auto finding : QJsonDocument::fromJson(doctor.readAllStandardOutput()).array())
    found[finding.toObject()["id"].toString()] = finding.toObject();
  return found;
}

}  // namespace

class RefusalsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() {
    m_before = examined(nullptr, &m_status);
    QVERIFY(!m_before.isEmpty());
  }

  void whatIsRefusedIsNamed_data() {
    QTest::addColumn<int>("number");
    for (int i = 0; i < machines().size(); ++i) QTest::newRow(machines()[i].name) << i;
  }

  void whatIsRefusedIsNamed() {
    QFETCH(int, number);
    auto& machine = machines()[number];
    int status = -1;
    auto found = examined(machine.lessen, &status);
    // Where there are none, nothing is said about those within others.
    auto all = m_before.keys();
    if (machine.failing.join(" ").contains("user-namespaces")) all.removeOne("nested-namespaces");
    QVERIFY2(found.keys() == all, qPrintable(found["user-namespaces"]["detail"].toString()));
    QMap<QString, QString> wanted, remedies;
    for (auto& [lines, state] : {std::pair(machine.failing, "fail"), {machine.warned, "warn"}}) {
      for (auto& line : lines) {
        auto id = line.section(": ", 0, 0);
        // What this machine lacks itself is told in any case.
        if (m_before[id]["state"] != "ok") QSKIP(qPrintable("this machine has a fault of its own: " + id));
        wanted[id] = state;
        remedies[id] = line.section(": ", 1);
      }
    }
    for (auto& finding : found) {
      auto id = finding["id"].toString();
      auto state = wanted.value(id, m_before[id]["state"].toString());
      QVERIFY2(finding["state"].toString() == state, QJsonDocument(finding).toJson());
      QVERIFY2(finding["remedy"].toString().contains(remedies.value(id)), QJsonDocument(finding).toJson());
      QCOMPARE(finding["remedy"].toString().isEmpty(), state == "ok");
    }
    QCOMPARE(status, machine.failing.isEmpty() ? m_status : 1);
  }

private:
  Found m_before;
  int m_status = -1;
};

QTEST_GUILESS_MAIN(RefusalsTest)
#include "refusals-test.moc"
