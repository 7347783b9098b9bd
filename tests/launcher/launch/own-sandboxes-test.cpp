// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Browsers bring sandboxes of their own. With the ability to, these work inside ours; without it they do not start, and
// nothing of ours is given up to make them.

#include <QStandardPaths>
#include <QtTest>

#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;

class OwnSandboxesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void chromiumRunsWithItsOwnSandbox();
  void chromiumWithoutTheAbilityRefuses();
  void webKitsSandboxWorks();
};

namespace {

LaunchOptions chromium(bool ownSandboxes) {
  LaunchOptions options;
  options.ownSandboxes = ownSandboxes;
  // Its own switch is never used: --no-sandbox.
  options.command = {"chromium",
                     "--headless",
                     "--disable-gpu",
                     "--no-first-run",
                     "--virtual-time-budget=1000",
                     "--dump-dom",
                     "data:text/html,<p id=it></p><script>it.textContent='drawn '+(6*7)</script>"};
  return options;
}

}  // namespace

void OwnSandboxesTest::chromiumRunsWithItsOwnSandbox() {
  if (QStandardPaths::findExecutable("chromium").isEmpty()) QSKIP("chromium is not installed");
  LaunchBench bench;
  auto ending = bench.run(chromium(true));
  QVERIFY2(ending.out.find("drawn 42") != std::string::npos, (ending.out + ending.err).c_str());
}

void OwnSandboxesTest::chromiumWithoutTheAbilityRefuses() {
  if (QStandardPaths::findExecutable("chromium").isEmpty()) QSKIP("chromium is not installed");
  LaunchBench bench;
  auto ending = bench.run(chromium(false));
  QVERIFY(ending.out.find("drawn 42") == std::string::npos);
  QVERIFY2(ending.err.find("sandbox") != std::string::npos, ending.err.c_str());
}

void OwnSandboxesTest::webKitsSandboxWorks() {
  LaunchBench bench;
  LaunchOptions options;
  options.ownSandboxes = true;
  // The words WebKitGTK gives bubblewrap for its web process, as far as they concern the kernel.
  auto ending = bench.sh(
      "bwrap --unshare-pid --unshare-uts --unshare-net --die-with-parent --ro-bind /usr /usr --symlink usr/lib /lib "
      "--symlink usr/lib64 /lib64 "
      "--symlink usr/bin /bin --proc /proc --dev /dev --tmpfs /tmp --hostname web sh -c 'uname -n; ls /proc | grep -c "
      "^[0-9]; test -e $HOME || echo homeless'",
      options);
  QVERIFY2(ending.out.starts_with("web\n") && ending.out.find("homeless") != std::string::npos,
           (ending.out + ending.err).c_str());
}

QTEST_GUILESS_MAIN(OwnSandboxesTest)
#include "own-sandboxes-test.moc"
