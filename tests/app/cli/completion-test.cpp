// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Completions in the real shells: they load, complete commands, options and ids, and offer nothing a shell could run.

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/names.h"
#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

QString script(const QString& name) {
  return qEnvironmentVariable("LATCHKEY_SOURCE") + "/resources/completions/" + name;
}

void twoGrants(schema::Person::GrantsResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("grantaaaa1");
  list[0].setHolder("featherpad@work");
  list[0].getObject().setPath(cli::asData("/home/p/it's $(touch owned) `x`"));
  list[1].setId("grantbbbb2");
  list[1].setHolder("$(touch${IFS}owned)");
}

void oneRequest(schema::Person::RequestsResults::Builder results) {
  auto request = results.initList(1)[0];
  request.setId("requestone");
  request.setApp("featherpad");
}

void oneInstance(schema::Person::InstancesResults::Builder results) {
  auto info = results.initList(1)[0];
  info.setId("instance-one");
  info.setApp("featherpad");
  info.setProfile("work");
  info.setState(schema::InstanceInfo::State::RUNNING);
}

}  // namespace

class CompletionTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }
  void offers_data();
  void offers();
  void nothingAShellCouldRunIsOffered();
  void noBrokerIsStarted();
  void everyCommandAndOptionIsOffered();
  void bashCompletes_data() { lines(); }
  void bashCompletes();
  void fishCompletes_data() { lines(); }
  void fishCompletes();
  void zshCompletes_data() { lines(); }
  void zshCompletes();
  void manPageIsWellFormed();
  void manPageNamesEveryCommand();
  void manPageAndCompletionsKnowTheSameOptionsAsTheHelp();

private:
  void lines();
  QStringList environment() const {
    QStringList all;
    for (auto& entry : m_broker->environment()) {
      all << (entry.startsWith("PATH=") ? "PATH=" + qEnvironmentVariable("LATCHKEY_BIN") + ":" + entry.mid(5) : entry);
    }
    return all;
  }
  QByteArray shell(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setEnvironment(environment());
    process.setWorkingDirectory(m_broker->path("home"));
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) return "it did not end";
    auto complaint = process.readAllStandardError();
    if (!complaint.isEmpty()) qWarning("%s", complaint.constData());
    return process.readAllStandardOutput();
  }

  std::unique_ptr<FakeBroker> m_broker;
  QTemporaryDir m_gathered;
};

void CompletionTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  m_broker->script = {.grants = twoGrants, .requests = oneRequest, .instances = oneInstance, .journal = {}, .exit = {}};
  QDir().mkpath(m_broker->path("system/applications"));
  for (auto name : {"org.example.One", "$(touch owned)", "a b"}) {
    QFile entry(m_broker->path("system/applications/") + name + ".desktop");
    QVERIFY(entry.open(QIODevice::WriteOnly));
    entry.write("[Desktop Entry]\nType=Application\nName=It's $(one) `x` : tab\nExec=true\n");
  }
}

// What is typed before Tab, and what must then stand there; "!" before what must not.
void CompletionTest::lines() {
  QTest::addColumn<QString>("line");
  QTest::addColumn<QString>("word");
  QTest::newRow("command") << "latchkey answ" << "answer";
  QTest::newRow("option") << "latchkey grants --js" << "--json";
  QTest::newRow("grant") << "latchkey revoke granta" << "grantaaaa1";
  QTest::newRow("second grant") << "latchkey revoke grantaaaa1 grantb" << "grantbbbb2";
  QTest::newRow("request") << "latchkey answer req" << "requestone";
  QTest::newRow("verdict") << "latchkey answer requestone nev" << "never";
  QTest::newRow("lifetime") << "latchkey answer requestone allow --for alw" << "always";
  QTest::newRow("app") << "latchkey run org" << "org.example.One";
  QTest::newRow("app after option") << "latchkey run --profile x org" << "org.example.One";
  QTest::newRow("instance") << "latchkey stop inst" << "instance-one";
  QTest::newRow("holder") << "latchkey grant feather" << "featherpad@work";
  QTest::newRow("kind") << "latchkey grant x netw" << "network";
  QTest::newRow("act of rules") << "latchkey rules ma" << "may-lapse";
  QTest::newRow("rule") << "latchkey rules edit granta" << "grantaaaa1";
  QTest::newRow("file stopped") << "latchkey stop-file granta" << "grantaaaa1";
  QTest::newRow("why") << "latchkey why feather" << "featherpad@work";
  QTest::newRow("behind a value") << "latchkey rules --place x may" << "may-lapse";
  QTest::newRow("switch") << "latchkey network of" << "off";
  QTest::newRow("act of bundles") << "latchkey bundle ver" << "verify";
  QTest::newRow("automatic") << "latchkey update --automatic of" << "off";
}

void CompletionTest::offers_data() {
  QTest::addColumn<QString>("kind");
  QTest::addColumn<QString>("word");
  QTest::newRow("commands") << "commands" << "run";
  QTest::newRow("grants") << "grants" << "grantaaaa1";
  QTest::newRow("apps") << "apps" << "org.example.One";
  QTest::newRow("profiles") << "profiles" << "work";
  QTest::newRow("kinds") << "kinds" << "folder";
  QTest::newRow("scopes") << "scopes" << "siblings";
}

void CompletionTest::offers() {
  QFETCH(QString, kind);
  QFETCH(QString, word);
  auto outcome = runCommand({"__complete", kind}, environment());
  QCOMPARE(outcome.status, 0);
  QVERIFY2(("\n" + outcome.out).contains("\n" + word.toUtf8() + "\t"), outcome.out);
}

void CompletionTest::nothingAShellCouldRunIsOffered() {
  for (auto kind : {"apps", "holders", "grants", "commands", "instances", "requests", "nonsense", ""}) {
    for (auto& line : runCommand({"__complete", kind}, environment()).out.split('\n')) {
      auto word = line.left(line.indexOf('\t'));
      for (char c : word) QVERIFY2(isalnum(c) || strchr("._@:+/=,-", c), line);
    }
  }
}

void CompletionTest::noBrokerIsStarted() {
  m_broker->die();
  QCOMPARE(runCommand({"__complete", "grants"}, environment()).out, "");
  QVERIFY(!QFile::exists(m_broker->path("state/latchkey/broker.log")));
}

void CompletionTest::everyCommandAndOptionIsOffered() {
  for (auto& line : runCommand({"__complete", "commands"}, environment()).out.split('\n')) {
    auto command = QString::fromUtf8(line.left(line.indexOf('\t')));
    if (command.isEmpty()) continue;
    auto options = runCommand({"__complete", "options", command}, environment()).out;
    QVERIFY(options.contains("--help\t"));
    for (auto& word : QString::fromUtf8(runCommand({command, "--help"}, environment()).out)
                          .split(QRegularExpression("[\\s\\[\\]=]+"))) {
      if (word.startsWith("--") && word.size() > 3 && command != "help") {
        QVERIFY2(options.contains(word.toUtf8() + "\t") || word == "--help", qPrintable(command + " " + word));
      }
    }
  }
}

void CompletionTest::bashCompletes() {
  QFETCH(QString, line);
  QFETCH(QString, word);
  QFile rc(m_broker->path("bashrc"));
  QVERIFY(rc.open(QIODevice::WriteOnly));
  rc.write(". /usr/share/bash-completion/bash_completion\n. '" + script("latchkey.bash").toUtf8() +
           "'\nbind 'set enable-bracketed-paste off'\nPS1='prompt> '\n");
  rc.close();
  PtyChild bash({"/bin/bash", "--rcfile", m_broker->path("bashrc"), "-i"}, environment(), m_broker->path("home"));
  QVERIFY(bash.expect("prompt> "));
  bash.type(line.toUtf8() + "\t");
  bash.watch(300);
  bash.type("\x01printf '%s\\n' '\x05' > finished; echo no-$((40+2))\n");
  QVERIFY(bash.expect("no-42"));
  QFile finished(m_broker->path("home/finished"));
  QVERIFY(finished.open(QIODevice::ReadOnly));
  QCOMPARE(QString::fromUtf8(finished.readAll()).trimmed(), line.section(' ', 0, -2) + " " + word);
  QVERIFY(!bash.seen().contains("command not found"));
  QVERIFY(!QFile::exists(m_broker->path("home/owned")));
}

void CompletionTest::fishCompletes() {
  QFETCH(QString, line);
  QFETCH(QString, word);
  auto offered =
      shell("fish", {"--no-config", "-c", "source " + script("latchkey.fish") + "; complete -C '" + line + "'"});
  QVERIFY2(("\n" + offered).contains("\n" + word.toUtf8()), offered);
}

void CompletionTest::zshCompletes() {
  QFETCH(QString, line);
  QFETCH(QString, word);
  QFile rc(m_broker->path("home/.zshrc"));
  QVERIFY(rc.open(QIODevice::WriteOnly));
  // What all functions complete is gathered once, as on a person's machine: that takes seconds.
  rc.write("unsetopt zle_bracketed_paste; zle_bracketed_paste=()\nfpath=('" + script("").toUtf8() +
           "' $fpath)\nautoload -Uz compinit; compinit -u -d '" + m_gathered.filePath("zcompdump").toUtf8() +
           "'\nPROMPT='prompt> '\nunsetopt prompt_sp prompt_cr\n");
  rc.close();
  PtyChild zsh({"zsh", "-d", "-i"}, environment(), m_broker->path("home"));
  QVERIFY(zsh.expect("prompt> "));
  zsh.type(line.toUtf8() + "\t");
  zsh.watch(300);
  // The finished line, written down by the shell itself.
  zsh.type("\x01print -r -- '\x05' > finished; echo no-$((40+2))\n");
  QVERIFY(zsh.expect("no-42"));
  QFile finished(m_broker->path("home/finished"));
  QVERIFY(finished.open(QIODevice::ReadOnly));
  QCOMPARE(QString::fromUtf8(finished.readAll()).trimmed(), line.section(' ', 0, -2) + " " + word);
  QVERIFY(!zsh.seen().contains("command not found"));
  QVERIFY(!QFile::exists(m_broker->path("home/owned")));
}

void CompletionTest::manPageIsWellFormed() {
  auto page = qEnvironmentVariable("LATCHKEY_SOURCE") + "/resources/man/latchkey.1";
  QProcess man;
  man.setProcessEnvironment([] {
    auto all = QProcessEnvironment::systemEnvironment();
    all.insert("MANROFFSEQ", "");
    all.insert("MANWIDTH", "80");
    return all;
  }());
  man.start("man", {"--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page});
  QVERIFY(man.waitForFinished());
  QCOMPARE(man.exitCode(), 0);
  QCOMPARE(man.readAllStandardError(), "");
}

void CompletionTest::manPageNamesEveryCommand() {
  QFile page(qEnvironmentVariable("LATCHKEY_SOURCE") + "/resources/man/latchkey.1");
  QVERIFY(page.open(QIODevice::ReadOnly));
  auto text = page.readAll().replace("\\-", "-");  // As roff writes it.
  for (auto& line : runCommand({"__complete", "commands"}, environment()).out.split('\n')) {
    auto command = line.left(line.indexOf('\t'));
    if (!command.isEmpty() && command != "help") QVERIFY2(text.contains(command), command);
  }
}

namespace {

QSet<QString> optionsIn(const QString& text) {
  QSet<QString> found;
  static const QRegularExpression option("(?<![\\w-])--[a-z][a-z-]*");
  for (auto matches = option.globalMatch(text); matches.hasNext();) found << matches.next().captured();
  return found;
}

QString contentOf(const QString& path) {
  QFile file(qEnvironmentVariable("LATCHKEY_SOURCE") + path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

// In the man page every option, and no other; in the completions, which learn the names from the command itself, every
// option whose value they have to know of.
void CompletionTest::manPageAndCompletionsKnowTheSameOptionsAsTheHelp() {
  QSet<QString> options{"--help"}, valued;
  static const QRegularExpression line("^  (--[a-z-]+)(\\[=\\S+| [A-Za-z]\\S*)?  ",
                                       QRegularExpression::MultilineOption);
  for (auto& command : runCommand({"__complete", "commands"}, environment()).out.split('\n')) {
    if (command.isEmpty()) continue;
    auto help = QString::fromUtf8(runCommand({command.left(command.indexOf('\t')), "--help"}, environment()).out);
    for (auto matches = line.globalMatch(help); matches.hasNext();) {
      auto match = matches.next();
      options << match.captured(1);
      if (match.captured(2).startsWith(' ')) valued << match.captured(1);
    }
  }
  QVERIFY(options.size() > 25 && valued.size() > 10 && valued.size() < options.size());
  auto page = contentOf("/resources/man/latchkey.1").replace("\\-", "-");
  auto inPage = optionsIn(page) + QSet<QString>{"--help"};
  QCOMPARE(QStringList((options - inPage).values()).join(' '), "");
  QCOMPARE(QStringList((inPage - options).values()).join(' '), "");
  QVERIFY(page.contains("[ =ro | =fast ]"));
  for (auto name : {"_latchkey", "latchkey.bash"}) {
    auto text = contentOf(QString("/resources/completions/") + name);
    QCOMPARE(QStringList((valued - optionsIn(text)).values()).join(' '), "");
    QCOMPARE(QStringList((optionsIn(text) - valued).values()).join(' '), "");
  }
  auto fish = contentOf("/resources/completions/latchkey.fish");
  auto wanting = optionsIn(fish.section("contains -- $word", 1).section('\n', 0, 0));
  QCOMPARE(QStringList((valued - wanting).values()).join(' '), "");
  QCOMPARE(QStringList((wanting - valued).values()).join(' '), "");
}

QTEST_GUILESS_MAIN(CompletionTest)
#include "completion-test.moc"
