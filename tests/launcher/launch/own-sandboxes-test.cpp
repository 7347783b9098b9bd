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
  void webKitDrawsFromItsOwnSandbox();
  void webKitWithoutTheAbilityDrawsNothing();
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

constexpr const char* MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkitgtk-6.0/MiniBrowser";

// A screen and a message bus of its own inside the sandbox, WebKit's browser on them, and what is seen of it.
constexpr const char* LOOK_AT_WEBKIT = R"(
import os, subprocess, sys, time
browser = sys.argv[1]
screen, other = os.pipe()
x = subprocess.Popen(['Xvfb', '-displayfd', str(other), '-screen', '0', '640x480x24', '-nolisten', 'tcp', '-noreset'],
                     pass_fds=[other], stderr=subprocess.DEVNULL)
os.environ['DISPLAY'] = ':' + os.read(screen, 16).decode().strip()
os.environ['GDK_BACKEND'] = 'x11'
os.environ['GSK_RENDERER'] = 'cairo'
page = os.path.expanduser('~/page.html')
open(page, 'w').write('<body style="background:#00c000"><script>document.title = "drawn " + 6 * 7</script>')
# Of the system's services none is started on it: another desktop's portals would keep the browser waiting for 25 s.
bus = os.path.expanduser('~/bus.conf')
open(bus, 'w').write('<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>'
                     '<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>'
                     '<allow own="*"/></policy></busconfig>')
web = subprocess.Popen(['dbus-run-session', '--config-file=' + bus, '--', browser, 'file://' + page],
                       stdout=subprocess.DEVNULL)

def said(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()

def status(pid):
    try: return dict(line.split(':', 1) for line in open('/proc/%s/status' % pid))
    except OSError: return {}

def shows(pid, path):
    return os.path.exists('/proc/%s/root%s' % (pid, path))

def until(seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end and web.poll() is None:
        if condition(): return True
        time.sleep(0.1)
    return condition()

titled = until(40, lambda: said('xdotool', 'search', '--name', 'drawn 42').strip())
print('title', 'drawn 42' if titled else 'none')
green = '#00C000'
seen = titled and until(15, lambda: said('import', '-window', 'root', '-depth', '8', 'txt:-').count(green) > 10000)
if seen: print('green seen')
ours = status('self')
running = {pid: status(pid) for pid in os.listdir('/proc') if pid.isdigit()}
names = {}
for pid, its in running.items():
    name = its.get('Name', '').strip()
    if name == 'WebKitWebProces':
        deeper = len(its['NSpid'].split()) - len(ours['NSpid'].split())
        print('WebKitWebProcess deeper', deeper, 'filtered', int(its['Seccomp_filters']) > int(ours['Seccomp_filters']),
              'has fonts', shows(pid, '/usr/share/fonts'), 'has home', shows(pid, page))
    names[name] = True
if 'xdg-dbus-proxy' in names: print('xdg-dbus-proxy runs')
sys.stdout.flush()
os.kill(-1, 9)  # All that is left of it here; the instance ends with its last process.
)";

LaunchOptions webKit(bool ownSandboxes) {
  LaunchOptions options;
  options.ownSandboxes = ownSandboxes;
  options.command = {"python3", "-c", LOOK_AT_WEBKIT, MINI_BROWSER};
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

void OwnSandboxesTest::webKitDrawsFromItsOwnSandbox() {
  if (!QFile::exists(MINI_BROWSER)) QSKIP("WebKitGTK's MiniBrowser is not installed");
  LaunchBench bench;
  auto ending = bench.run(webKit(true));
  auto all = ending.out + ending.err;
  auto told = all.c_str();
  QVERIFY2(ending.out.find("title drawn 42\n") != std::string::npos, told);  // The page's script has run,
  QVERIFY2(ending.out.find("green seen\n") != std::string::npos, told);      // and what it shows is on the screen.
  // Its process for pages is one pid namespace further in than the browser, and under filters of WebKit's own as well.
  QVERIFY2(
      ending.out.find("WebKitWebProcess deeper 1 filtered True has fonts True has home False\n") != std::string::npos,
      told);
  QVERIFY2(ending.out.find("xdg-dbus-proxy runs\n") != std::string::npos, told);
}

void OwnSandboxesTest::webKitWithoutTheAbilityDrawsNothing() {
  // As chromium: it does not start rather than go without.
  if (!QFile::exists(MINI_BROWSER)) QSKIP("WebKitGTK's MiniBrowser is not installed");
  LaunchBench bench;
  auto ending = bench.run(webKit(false));
  QVERIFY2(ending.out.find("title none\n") != std::string::npos, (ending.out + ending.err).c_str());
  QVERIFY(ending.out.find("green seen") == std::string::npos);
}

QTEST_GUILESS_MAIN(OwnSandboxesTest)
#include "own-sandboxes-test.moc"
