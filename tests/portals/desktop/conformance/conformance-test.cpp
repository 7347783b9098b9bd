// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// xdg-desktop-portal's own suite, as Debian installs it, against our portals. `expected.txt` names what does not pass,
// each with its reason; a test that passes against that list fails here as one does that should have passed.

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

namespace {

constexpr const char* INSTALLED = "/usr/libexec/installed-tests/xdg-desktop-portal";
constexpr int HANG_GUARD = 120'000;
// The suite leaves its tests of documents out where the peer's daemon could not mount its file system. Ours has none.
constexpr const char* NO_MOUNT = "import tests\ntests.ensure_fuse_supported = lambda: None\n";

const QString PEERS_MOUNT = QStringLiteral("/run/user/%1/doc");

using Outcomes = QMap<QString, QString>;  // Test, then "passed", "failed" or "skipped".

// Lines "OUTCOME TEST REASON"; `not-run FILE REASON` leaves out a whole file, whose tests may be listed too.
struct Expected {
  Outcomes outcomes;
  QStringList notRun;
  QStringList unreasoned;
};

Expected readExpected() {
  Expected expected;
  QFile file(QStringLiteral(CONFORMANCE_LIST));
  if (!file.open(QIODevice::ReadOnly)) qFatal("there is no list of expected failures");
  for (auto& raw : file.readAll().split('\n')) {
    auto line = QString::fromUtf8(raw).trimmed();
    if (line.isEmpty() || line.startsWith(QLatin1Char('#'))) continue;
    auto outcome = line.section(QLatin1Char(' '), 0, 0);
    auto test = line.section(QLatin1Char(' '), 1, 1);
    if (line.section(QLatin1Char(' '), 2).isEmpty()) expected.unreasoned << test;
    if (outcome == QLatin1String("not-run")) {
      expected.notRun << test;
    } else {
      expected.outcomes[test] = outcome;
    }
  }
  return expected;
}

// "test_x.py::TestX::test_y[parameter]", as pytest names them.
QString idOf(const QXmlStreamAttributes& attributes) {
  auto place = attributes.value(QLatin1String("classname")).toString().split(QLatin1Char('.'));
  // One that is left out as a whole has no name of its own.
  if (place.size() < 2) return attributes.value(QLatin1String("name")).toString();
  auto group = place.takeLast();
  return place.last() + QLatin1String(".py::") + group + QLatin1String("::") +
         attributes.value(QLatin1String("name")).toString();
}

struct Report {
  Outcomes outcomes;
  QMap<QString, QString> said;
};

Report readReport(const QString& path) {
  Report report;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return report;
  QXmlStreamReader xml(&file);
  QString test;
  while (!xml.atEnd()) {
    if (!xml.readNextStartElement() && xml.tokenType() != QXmlStreamReader::StartElement) continue;
    auto name = xml.name();
    if (name == QLatin1String("testcase")) {
      test = idOf(xml.attributes());
      report.outcomes[test] = QStringLiteral("passed");
    } else if (name == QLatin1String("failure") || name == QLatin1String("error")) {
      report.outcomes[test] = QStringLiteral("failed");
      report.said[test] += xml.readElementText(QXmlStreamReader::IncludeChildElements);
    } else if (name == QLatin1String("skipped")) {
      report.outcomes[test] = QStringLiteral("skipped");
    }
  }
  return report;
}

}  // namespace

class ConformanceTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void everyExceptionHasAReason();
  void behavesAsThePeer_data();
  void behavesAsThePeer();

private:
  QTemporaryDir m_reports;
};

void ConformanceTest::initTestCase() {
  if (!QDir(QLatin1String(INSTALLED)).exists()) QSKIP("xdg-desktop-portal-tests is not installed");
  QFile plugin(m_reports.filePath(QStringLiteral("no_mount.py")));
  QVERIFY(plugin.open(QIODevice::WriteOnly) && plugin.write(NO_MOUNT) > 0);
}

void ConformanceTest::everyExceptionHasAReason() {
  auto expected = readExpected();
  QCOMPARE(expected.unreasoned, QStringList());
  for (auto& outcome : expected.outcomes)
    QVERIFY(outcome == QLatin1String("failed") || outcome == QLatin1String("skipped"));
}

void ConformanceTest::behavesAsThePeer_data() {
  QTest::addColumn<QString>("file");
  auto notRun = readExpected().notRun;
  for (auto& file : QDir(QLatin1String(INSTALLED) + QLatin1String("/tests")).entryList({QStringLiteral("test_*.py")})) {
    if (!notRun.contains(file)) QTest::newRow(qPrintable(file)) << file;
  }
}

void ConformanceTest::behavesAsThePeer() {
  QFETCH(QString, file);
  auto path = m_reports.filePath(file + QLatin1String(".xml"));
  QProcess pytest;
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("XDG_DESKTOP_PORTAL_PATH"), QStringLiteral(CONFORMANCE_PROGRAM));
  environment.insert(QStringLiteral("XDG_PERMISSION_STORE_PATH"), QStringLiteral("/usr/libexec/xdg-permission-store"));
  environment.insert(QStringLiteral("XDG_DOCUMENT_PORTAL_PATH"), QStringLiteral(CONFORMANCE_PROGRAM));
  environment.insert(QStringLiteral("XDP_VALIDATE_AUTO"), QStringLiteral("1"));
  environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
  environment.insert(QStringLiteral("PYTHONPATH"), m_reports.path() + QLatin1Char(':') + QLatin1String(INSTALLED));
  environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
  pytest.setProcessEnvironment(environment);
  pytest.setWorkingDirectory(QLatin1String(INSTALLED));
  pytest.setProcessChannelMode(QProcess::MergedChannels);
  pytest.start(QStringLiteral("python3"),
               {QStringLiteral("-m"), QStringLiteral("pytest"), QStringLiteral("-p"),
                QStringLiteral("no:cacheprovider"), QStringLiteral("-p"), QStringLiteral("no_mount"),
                QStringLiteral("-q"), QLatin1String("--junitxml=") + path, QLatin1String("tests/") + file});
  if (!pytest.waitForFinished(HANG_GUARD)) {
    pytest.kill();
    pytest.waitForFinished();
    QFAIL((QByteArrayLiteral("it hangs:\n") + pytest.readAll().right(4000)).constData());
  }
  auto output = pytest.readAll();
  auto report = readReport(path);
  QVERIFY2(!report.outcomes.isEmpty(), output.right(4000).constData());
  auto expected = readExpected().outcomes;
  QStringList wrong;
  for (auto test = report.outcomes.cbegin(); test != report.outcomes.cend(); ++test) {
    auto meant = expected.value(test.key(), QStringLiteral("passed"));
    if (test.value() == meant) continue;
    // The peer's own portal, of another test or the machine's session, has made the place where ours has nothing.
    if (test.key().endsWith(QLatin1String("::test_mount_point")) && QDir(PEERS_MOUNT.arg(getuid())).exists()) continue;
    wrong << test.key() + QLatin1String(": ") + test.value() + QLatin1String(" and not ") + meant;
    if (qEnvironmentVariableIsSet("LATCHKEY_SHOW"))
      qWarning("%s", qPrintable(report.said.value(test.key()).right(6000)));
  }
  for (auto test = expected.cbegin(); test != expected.cend(); ++test) {
    if (test.key().startsWith(file + QLatin1String("::")) && !report.outcomes.contains(test.key()))
      wrong << test.key() + QLatin1String(": there is no such test");
  }
  QVERIFY2(wrong.isEmpty(), qPrintable(QLatin1Char('\n') + wrong.join(QLatin1Char('\n'))));
}

QTEST_GUILESS_MAIN(ConformanceTest)
#include "conformance-test.moc"
