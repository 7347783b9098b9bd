// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/rules/rules-file.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "app/rules/preview.h"
#include "broker/base/text.h"

using namespace latchkey;

namespace {

const std::string HEAD = "latchkey-rules = 1\n";
const std::string RULE = "[[rule]]\napp = \"a\"\nplace = \"~/x\"\nscope = \"file\"\n";

}  // namespace

class RulesFileTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void readsWhatItWrites();
  void theOrderIsAlwaysTheSame();
  void defaults();
  void hostileFilesAreRefused_data();
  void hostileFilesAreRefused();
  void limits();
  void whatCannotBeReadIsNotWritten();
  void previewCountsPlainFilesAlone();
  void previewIsBounded();
};

void RulesFileTest::readsWhatItWrites() {
  std::vector<FileRule> rules = {
      {.app = "gimp", .place = "~/Pictures", .scope = "tree", .access = "write", .keep = true},
      {.app = "evince@work", .place = "~/a \"b\" \\c/*.pdf", .scope = "pattern", .lasting = "2030-01-31T12:00:00Z"},
      {.app = "evince", .place = "~", .scope = "tree", .names = true},
      {.never = true, .app = "evince", .place = "/srv/tax", .scope = "tree", .access = "read"},
      {.app = "mpv", .place = "~/film.mkv", .scope = "siblings"},
      {.app = "mail", .network = "imap.example.org:993/tcp", .bytes = 1000, .bytesPerDay = 500 << 20},
      {.app = "mail", .lasting = "2030-01-31T12:00:00Z", .network = "10.0.0.0/8", .bytesPerSecond = 3 << 10},
      {.app = "server", .keep = true, .listen = "8080/tcp@network"},
      {.never = true, .app = "mail", .network = "*.tracker.example"}};
  auto text = writeRules(rules);
  auto read = parseRules(text);
  QCOMPARE(read.fault, "");
  QCOMPARE(read.rules.size(), rules.size());
  for (auto& rule : read.rules) rule.line = 0;
  for (auto& rule : rules) QVERIFY2(std::ranges::find(read.rules, rule) != read.rules.end(), rule.place.c_str());
  QCOMPARE(writeRules(parseRules(text).rules).size(), text.size());
}

void RulesFileTest::theOrderIsAlwaysTheSame() {
  FileRule one{.app = "a", .place = "/x", .scope = "file"}, other{.app = "b", .place = "/a", .scope = "tree"};
  QCOMPARE(writeRules({one, other}), writeRules({other, one}));
}

void RulesFileTest::defaults() {
  auto read = parseRules(HEAD + "# said\n\n" + RULE + "  # also\n");
  QCOMPARE(read.fault, "");
  QCOMPARE(read.rules.size(), size_t(1));
  QCOMPARE(read.rules[0].access, "read");
  QCOMPARE(read.rules[0].lasting, "always");
  QVERIFY(!read.rules[0].keep && !read.rules[0].never && !read.rules[0].names);
  QCOMPARE(read.rules[0].line, size_t(4));
  QVERIFY(parseRules(HEAD).rules.empty() && parseRules(HEAD).fault.empty());
}

void RulesFileTest::hostileFilesAreRefused_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("line");
  auto row = [](const char* name, const std::string& text, const char* line) {
    QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(line);
  };
  row("nothing", "", "line 1:");
  row("no header", RULE, "line 1:");
  row("another version", "latchkey-rules = 2\n", "line 1:");
  row("header twice", HEAD + HEAD, "line 2:");
  row("unknown field", HEAD + RULE + "owner = \"root\"\n", "line 6:");
  row("field twice", HEAD + RULE + "app = \"b\"\n", "line 6:");
  row("no quotes", HEAD + RULE + "access = write\n", "line 6:");
  row("open quotes", HEAD + RULE + "access = \"write\n", "line 6:");
  row("escape", HEAD + "[[rule]]\napp = \"\\n\"\n", "line 3:");
  row("more on a line", HEAD + RULE + "access = \"write\" keep = true\n", "line 6:");
  row("no app", HEAD + "[[rule]]\nplace = \"~/x\"\nscope = \"file\"\n", "line 2:");
  row("no place", HEAD + "[[rule]]\napp = \"a\"\nscope = \"file\"\n", "line 2:");
  auto network = [](const std::string& fields) { return HEAD + "[[rule]]\napp = \"a\"\n" + fields; };
  row("network and place", HEAD + RULE + "network = \"example.org\"\n", "line 2:");
  row("network and scope", network("network = \"example.org\"\nscope = \"host\"\n"), "line 2:");
  row("network and names", network("network = \"example.org\"\nnames = true\n"), "line 2:");
  row("network and access", network("network = \"example.org\"\naccess = \"write\"\n"), "line 2:");
  row("network and listen", network("network = \"example.org\"\nlisten = \"8080/tcp@network\"\n"), "line 2:");
  row("another's spelling", network("network = \"Example.org\"\n"), "line 2:");
  row("no destination", network("network = \"example.org:0x50\"\n"), "line 2:");
  row("no place to listen", network("listen = \"8080\"\n"), "line 2:");
  row("rate of a file", HEAD + RULE + "rate = \"1M\"\n", "line 2:");
  row("no amount", network("network = \"example.org\"\nbytes = \"much\"\n"), "line 5:");
  row("an amount without quotes", network("network = \"example.org\"\nbytes = 5\n"), "line 5:");
  row("a limited refusal", HEAD + "[[never]]\napp = \"a\"\nnetwork = \"example.org\"\nrate = \"1M\"\n", "line 5:");
  row("a refusal to listen", HEAD + "[[never]]\napp = \"a\"\nlisten = \"8080/tcp@network\"\n", "line 4:");
  row("no scope", HEAD + "[[rule]]\napp = \"a\"\nplace = \"/x\"\n", "line 2:");
  row("scope of the network", HEAD + "[[rule]]\napp = \"a\"\nplace = \"/x\"\nscope = \"host\"\n", "line 2:");
  row("relative", HEAD + "[[rule]]\napp = \"a\"\nplace = \"x\"\nscope = \"file\"\n", "line 2:");
  row("up", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~/../x\"\nscope = \"file\"\n", "line 2:");
  row("another's home", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~root/x\"\nscope = \"file\"\n", "line 2:");
  row("double slash", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~//x\"\nscope = \"file\"\n", "line 2:");
  row("closing slash", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~/x/\"\nscope = \"tree\"\n", "line 2:");
  row("hidden pattern", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~/.*\"\nscope = \"pattern\"\n", "line 2:");
  row("pattern without one", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~/x\"\nscope = \"pattern\"\n", "line 2:");
  row("home as a file", HEAD + "[[rule]]\napp = \"a\"\nplace = \"~\"\nscope = \"file\"\n", "line 2:");
  row("access", HEAD + RULE + "access = \"execute\"\n", "line 2:");
  row("while it runs", HEAD + RULE + "for = \"run\"\n", "line 2:");
  row("impossible date", HEAD + RULE + "for = \"2026-02-31T12:00:00Z\"\n", "line 2:");
  row("a refusal with a time", HEAD + "[[never]]\napp = \"a\"\nplace = \"/x\"\nscope = \"file\"\nfor = \"always\"\n",
      "line 6:");
  row("kept for a time", HEAD + RULE + "for = \"2030-01-01T00:00:00Z\"\nkeep = true\n", "line 2:");
  row("control character", HEAD + "[[rule]]\napp = \"a\x1b[2J\"\n", "line 3:");
  row("right to left", HEAD + "[[rule]]\napp = \"a\xe2\x80\xae\"\n", "line 3:");
  row("not UTF-8", HEAD + "[[rule]]\napp = \"a\xff\"\n", "line 3:");
  row("NUL", HEAD + std::string("[[rule]]\napp = \"a\0b\"\n", 20), "line 3:");
  row("another table", HEAD + "[rule]\n", "line 2:");
  row("the second rule", HEAD + RULE + "[[rule]]\napp = \"b\"\n", "line 6:");
}

void RulesFileTest::hostileFilesAreRefused() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, line);
  auto read = parseRules(text.toStdString());
  QVERIFY(read.rules.empty());
  QVERIFY2(QByteArray::fromStdString(read.fault).startsWith(line), read.fault.c_str());
  QCOMPARE(escaped(read.fault), read.fault);
  QVERIFY(!QByteArray::fromStdString(read.fault).contains('\n'));
}

void RulesFileTest::limits() {
  std::string many = HEAD;
  for (size_t i = 0; i < MOST_RULES; ++i) many += RULE;
  QCOMPARE(parseRules(many).rules.size(), MOST_RULES);
  QVERIFY(!parseRules(many + RULE).fault.empty());
  QVERIFY(!parseRules(HEAD + std::string(MOST_RULES_BYTES, '\n')).fault.empty());
  QVERIFY(!parseRules(HEAD + "#" + std::string(20'000, 'x')).fault.empty());
  QVERIFY(!parseRules(HEAD + "[[rule]]\napp = \"" + std::string(5000, 'x') + "\"\n").fault.empty());
}

void RulesFileTest::whatCannotBeReadIsNotWritten() {
  FileRule rule{.app = "a", .place = "/x", .scope = "file"};
  for (auto place : {"relative", "/a\xff", "/a\nb", "/a/../b", ""}) {
    rule.place = place;
    QVERIFY(!faultOf(rule).empty());
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, writeRules({rule}));
  }
}

void RulesFileTest::previewCountsPlainFilesAlone() {
  QTemporaryDir directory;
  auto folder = directory.path().toStdString();
  for (auto name : {"b.txt", "a.txt", "c.pdf", ".d.txt"}) std::ofstream(folder + "/" + name) << "x";
  std::filesystem::create_directory(folder + "/e.txt");
  std::filesystem::create_symlink("a.txt", folder + "/f.txt");
  auto where = folder + "/*.txt";
  auto found = previewOf(Where{Shape::Pattern, where});
  QVERIFY((found.names == std::vector<std::string>{"a.txt", "b.txt"}));
  QVERIFY(found.total == 2 && !found.more && found.there);
  auto siblings = folder + "/a.mkv";
  QCOMPARE(previewOf(Where{Shape::Siblings, siblings}).total, size_t(1));
  auto nowhere = folder + "/none/*.txt";
  QVERIFY(!previewOf(Where{Shape::Pattern, nowhere}).there);
}

void RulesFileTest::previewIsBounded() {
  QTemporaryDir directory;
  auto folder = directory.path().toStdString();
  for (int i = 0; i < 500; ++i) std::ofstream(folder + "/" + std::to_string(i) + ".txt") << "x";
  auto where = folder + "/*";
  auto few = previewOf(Where{Shape::Pattern, where}, {.names = 3});
  QVERIFY(few.names.size() == 3 && few.total == 500 && !few.more);
  QCOMPARE(few.names[0], "0.txt");
  auto cut = previewOf(Where{Shape::Pattern, where}, {.entries = 100});
  QVERIFY(cut.more && cut.total <= 100);
}

QTEST_APPLESS_MAIN(RulesFileTest)
#include "rules-file-test.moc"
