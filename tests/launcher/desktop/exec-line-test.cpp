// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/exec-line.h"

#include <QtTest>

#include "broker/base/key-file.h"
#include "launcher/desktop/app-id.h"

using namespace latchkey;

class ExecLineTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void wordsAreTakenApart_data();
  void wordsAreTakenApart();
  void whatMakesNoSenseIsRefused_data();
  void whatMakesNoSenseIsRefused();
  void CVE_2021_21381_argumentsStayWhole_data();
  void CVE_2021_21381_argumentsStayWhole();
  void quotedWordsComeBack_data();
  void quotedWordsComeBack();
  void findsTheFileCode();
  void battery18_appIdsAreRefusedNotRepaired_data();
  void battery18_appIdsAreRefusedNotRepaired();
};

namespace {
QByteArrayList expanded(const QByteArray& exec, std::vector<std::string> arguments = {}) {
  auto result =
      expandExec(exec.toStdString(),
                 {.name = "My App", .icon = "my icon", .file = "/my app.desktop", .arguments = std::move(arguments)});
  QByteArrayList list;
  if (auto words = std::get_if<std::vector<std::string>>(&result)) {
    for (auto& word : *words) list << QByteArray::fromStdString(word);
  }
  return list;
}
}  // namespace

void ExecLineTest::wordsAreTakenApart_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<QByteArrayList>("words");
  QTest::newRow("plain") << QByteArray("  app  -a\tb ") << QByteArrayList{"app", "-a", "b"};
  QTest::newRow("quotes") << QByteArray(R"("/opt/My App/run" "a \"b\" \$c \\ \`d" e"f g"h)")
                          << QByteArrayList{"/opt/My App/run", R"(a "b" $c \ `d)", "ef gh"};
  QTest::newRow("single quotes as shells have them")
      << QByteArray(R"(sh -c 'echo "$HOME" \n')") << QByteArrayList{"sh", "-c", R"(echo "$HOME" \n)"};
  QTest::newRow("empty word") << QByteArray(R"(app "" x)") << QByteArrayList{"app", "", "x"};
  QTest::newRow("nothing is expanded") << QByteArray("app $HOME `id` ~ * ; | & > x")
                                       << QByteArrayList{"app", "$HOME", "`id`", "~", "*", ";", "|", "&", ">", "x"};
  QTest::newRow("codes") << QByteArray("app %i -n %c %k 100%% %f")
                         << QByteArrayList{"app", "--icon", "my icon", "-n", "My App", "/my app.desktop", "100%"};
  QTest::newRow("codes within words") << QByteArray(R"(app --t=%c "%c and %k")")
                                      << QByteArrayList{"app", "--t=My App", "My App and /my app.desktop"};
  QTest::newRow("deprecated codes vanish") << QByteArray("app %d %D %n %N %v %m x%dy") << QByteArrayList{"app", "xy"};
  QTest::newRow("CVE-2021-21381 marks are text")
      << QByteArray("app @@u %u @@ @@") << QByteArrayList{"app", "@@u", "@@", "@@"};
  QTest::newRow("CVE-2024-32462 option for another tool")
      << QByteArray("--bind / / app") << QByteArrayList{"--bind", "/", "/", "app"};
}

void ExecLineTest::wordsAreTakenApart() {
  QFETCH(QByteArray, exec);
  QFETCH(QByteArrayList, words);
  QCOMPARE(expanded(exec), words);
}

void ExecLineTest::whatMakesNoSenseIsRefused_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("blank") << QByteArray(" \t ");
  QTest::newRow("empty program") << QByteArray(R"("" x)");
  QTest::newRow("open quote") << QByteArray(R"(app "x)");
  QTest::newRow("open single quote") << QByteArray("app 'x");
  QTest::newRow("last backslash") << QByteArray("app \\");
  QTest::newRow("unknown code") << QByteArray("app %q");
  QTest::newRow("unknown code within") << QByteArray("app x%q");
  QTest::newRow("lone percent") << QByteArray("app x%");
  QTest::newRow("code as program") << QByteArray("%f");
  QTest::newRow("code in program") << QByteArray("app%%%f x");
  QTest::newRow("NUL") << QByteArray("app\0x", 5);
  QTest::newRow("too long") << "app " + QByteArray(40000, 'x');
  QTest::newRow("too many") << "app" + QByteArray(" x").repeated(2000);
}

void ExecLineTest::whatMakesNoSenseIsRefused() {
  QFETCH(QByteArray, exec);
  auto result = expandExec(exec.toStdString(), {});
  auto problem = std::get_if<ExecProblem>(&result);
  QVERIFY(problem != nullptr);
  QVERIFY(!problem->reason.empty());
}

void ExecLineTest::CVE_2021_21381_argumentsStayWhole_data() {
  QTest::addColumn<QByteArray>("exec");
  QTest::addColumn<QByteArrayList>("words");
  QTest::newRow("%F") << QByteArray("app -- %F end")
                      << QByteArrayList{"app", "--", "/a b;$(id).txt", "--bind", "@@u %f", "end"};
  QTest::newRow("%u takes them all") << QByteArray("app %u end")
                                     << QByteArrayList{"app", "/a b;$(id).txt", "--bind", "@@u %f", "end"};
  QTest::newRow("no code") << QByteArray("app end")
                           << QByteArrayList{"app", "end", "/a b;$(id).txt", "--bind", "@@u %f"};
  QTest::newRow("within a word") << QByteArray("app --file=%f end")
                                 << QByteArrayList{"app", "--file=/a b;$(id).txt", "end", "--bind", "@@u %f"};
  QTest::newRow("a second code adds nothing")
      << QByteArray("app %f %u") << QByteArrayList{"app", "/a b;$(id).txt", "--bind", "@@u %f"};
}

void ExecLineTest::CVE_2021_21381_argumentsStayWhole() {
  QFETCH(QByteArray, exec);
  QFETCH(QByteArrayList, words);
  QCOMPARE(expanded(exec, {"/a b;$(id).txt", "--bind", "@@u %f"}), words);
}

void ExecLineTest::quotedWordsComeBack_data() {
  QTest::addColumn<QByteArray>("word");
  for (auto word : {"plain", "", "two words", R"(q"uo\t`e$)", "100% %f %%", "line\nbreak\ttab\r", "'single'",
                    ";&|<>*?#()~", R"(\s\\)"}) {
    QTest::newRow(word) << QByteArray(word);
  }
}

void ExecLineTest::quotedWordsComeBack() {
  QFETCH(QByteArray, word);
  auto written = "app " + quotedForExec(word.toStdString());
  QVERIFY(written.find('\n') == std::string::npos);
  QCOMPARE(expanded(QByteArray::fromStdString(unescapedValue(written))), (QByteArrayList{"app", word}));
}

void ExecLineTest::findsTheFileCode() {
  QCOMPARE(std::string(fileFieldCode("app %i %%f --x=%U")), std::string("%U"));
  QVERIFY(fileFieldCode("app %%F %c").empty());
}

void ExecLineTest::battery18_appIdsAreRefusedNotRepaired_data() {
  QTest::addColumn<QByteArray>("id");
  QTest::addColumn<bool>("valid");
  QTest::newRow("usual") << QByteArray("org.gnome.TextEditor") << true;
  QTest::newRow("q16") << QByteArray("display-im7.q16") << true;
  QTest::newRow("blank within") << QByteArray("wine-Programs-My Game") << true;
  QTest::newRow("umlaut") << QByteArray("müller") << true;
  QTest::newRow("double dots") << QByteArray("a..b") << true;
  QTest::newRow("longest") << QByteArray(200, 'a') << true;
  QTest::newRow("too long") << QByteArray(201, 'a') << false;
  QTest::newRow("too long once encoded") << QByteArray("ü").repeated(60) << false;
  QTest::newRow("empty") << QByteArray() << false;
  QTest::newRow("dot") << QByteArray(".") << false;
  QTest::newRow("dots") << QByteArray("..") << false;
  QTest::newRow("hidden") << QByteArray(".app") << false;
  QTest::newRow("CVE-2024-32462 option") << QByteArray("--bind") << false;
  QTest::newRow("XDP#2023 path") << QByteArray("../../etc/passwd") << false;
  QTest::newRow("slash") << QByteArray("a/b") << false;
  QTest::newRow("profile mark") << QByteArray("app@work") << false;
  QTest::newRow("kind mark") << QByteArray("command:x") << false;
  QTest::newRow("newline") << QByteArray("a\nb") << false;
  QTest::newRow("NUL") << QByteArray("a\0b", 3) << false;
  QTest::newRow("bidi") << QByteArray(
                               "a\xe2\x80\xae"
                               "b")
                        << false;
  QTest::newRow("invisible") << QByteArray(
                                    "a\xe2\x80\x8b"
                                    "b")
                             << false;
  QTest::newRow("no UTF-8") << QByteArray("a\xff") << false;
  QTest::newRow("blank first") << QByteArray(" a") << false;
  QTest::newRow("backslash") << QByteArray("a\\x2d") << false;
}

void ExecLineTest::battery18_appIdsAreRefusedNotRepaired() {
  QFETCH(QByteArray, id);
  QFETCH(bool, valid);
  QCOMPARE(isAppId({id.constData(), static_cast<size_t>(id.size())}), valid);
}

QTEST_GUILESS_MAIN(ExecLineTest)
#include "exec-line-test.moc"
