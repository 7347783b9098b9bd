// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The texts of repositories: one way to write each. And where contents are cut.

#include <QtTest>
#include <set>

#include "launcher/repository/catalog.h"
#include "launcher/repository/chunk-list.h"
#include "launcher/repository/head.h"
#include "launcher/repository/key-chain.h"

using namespace latchkey;
using namespace latchkey::repository;

class RepositoryTextsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void headsAreWrittenInOneWay_data();
  void headsAreWrittenInOneWay();
  void catalogsAreWrittenInOneWay_data();
  void catalogsAreWrittenInOneWay();
  void chunkListsAreWrittenInOneWay_data();
  void chunkListsAreWrittenInOneWay();
  void chainsHoldFromLinkToLink();
  void whereARepositoryMayLie_data();
  void whereARepositoryMayLie();
  void cutsAreThoseOfTheFormat();
  void cutsAreFoundAgainAfterAChange();
  void chunksAreThoseOfTheirFiles();
};

namespace {

const std::string DIGEST(64, 'a'), OTHER(64, 'b');

PublicKey keyOf(uint8_t number) {
  PublicKey key;
  key.id.fill(number);
  key.key.fill(number);
  return key;
}

std::string soundHead() {
  return "latchkey repository 1\nrepository\torg.example\ngeneration\t0\nversion\t7\nissued\t2026-01-01T00:00:00Z\n"
         "expires\t2026-02-01T00:00:00Z\ncatalog\t100\t60\t" +
         DIGEST + "\nmirror\thttps://one.example\nmirror\t/media/stick\nrevoked\t" + keyOf(1).line() + "\nrevoked\t" +
         keyOf(2).line() + "\n";
}

std::string soundCatalog() {
  auto blobs = "list\t100\t60\t" + DIGEST + "\nsignature\t300\t300\t" + DIGEST + "\nchunks\t100\t60\t" + DIGEST + "\n";
  auto key = "signer\t" + keyOf(1).line() + "\n";
  return "latchkey catalog 1\nrepository\torg.example\napp\torg.example.A\tbeta\t2.0\t500\n" + key + blobs +
         "name\tA\nsummary\tDoes it\ntranslation\tde\tAh\tTut es\napp\torg.example.A\tstable\t1.0\t400\n" + key +
         blobs + "name\tA\nsummary\t\nruntime\torg.example.B\tstable\t13\t900\n" + key + blobs +
         "name\tA\nsummary\tFor others\n";
}

std::string soundChunks() {
  return "latchkey chunks 1\nlist\t" + DIGEST + "\nfrom\t" + DIGEST + "\t0\nchunk\t20\t10\t" + DIGEST +
         "\nchunk\t20\t10\t" + OTHER + "\nfrom\t" + OTHER + "\t5\nchunk\t9\t9\t" + OTHER + "\n";
}

// Rows that each change one thing of a sound text.
void changes(const std::vector<std::pair<std::string, std::string>>& all) {
  QTest::addColumn<QByteArray>("from");
  QTest::addColumn<QByteArray>("to");
  QTest::newRow("sound") << QByteArray() << QByteArray();
  for (auto& [from, to] : all)
    QTest::newRow((from + " -> " + to).c_str()) << QByteArray::fromStdString(from) << QByteArray::fromStdString(to);
}

template <typename Text>
void check(const std::string& sound) {
  QFETCH(QByteArray, from);
  QFETCH(QByteArray, to);
  auto text = QByteArray::fromStdString(sound);
  if (!from.isEmpty()) {
    auto at = text.indexOf(from);
    QVERIFY(at >= 0);
    text.replace(at, from.size(), to);
  }
  auto parsed = Text::parse(text.toStdString());
  QCOMPARE(std::get_if<Problem>(&parsed) == nullptr, from.isEmpty());
  if (from.isEmpty()) QCOMPARE(std::get<Text>(parsed).text(), sound);
}

}  // namespace

void RepositoryTextsTest::headsAreWrittenInOneWay_data() {
  changes({{"repository 1", "repository 2"},
           {"version\t7", "version 7"},
           {"version\t7", "version\t07"},
           {"version\t7", "version\t+7"},
           {"version\t7", "version\t0"},
           {"version\t7", "version\t18446744073709551616"},
           {"version\t7\n", "version\t7\r\n"},
           {"version\t7\n", "version\t7\nversion\t8\n"},
           {"version\t7\n", ""},
           {"generation\t0", "generation\t-1"},
           {"2026-02-01T00:00:00Z", "2026-02-01T00:00:00+00:00"},
           {"2026-02-01T00:00:00Z", "2025-02-01T00:00:00Z"},
           {"2026-02-01T00:00:00Z", "2028-02-01T00:00:00Z"},
           {"2026-02-01T00:00:00Z", "2026-02-30T00:00:00Z"},
           {"org.example", "org..example"},
           {"org.example", "../example"},
           {"org.example", "org.example\x1b"},
           {"100\t60", "60\t100"},
           {"100\t60", "100\t0"},
           {"100\t60", "99999999999\t60"},
           {"aaaa", "AAAA"},
           {"aaaa", "aaa"},
           {"https://one.example", "http://one.example"},
           {"https://one.example", "ftp://one.example"},
           {"/media/stick", "media/stick"},
           {"mirror\t/media/stick\n", "mirror\t/media/stick\n\n"},
           {"revoked\t", "revoke\t"},
           {keyOf(1).line(), keyOf(3).line()},
           {keyOf(1).line(), keyOf(2).line()},
           {keyOf(1).line(), keyOf(1).line() + " "}});
}

void RepositoryTextsTest::headsAreWrittenInOneWay() { check<Head>(soundHead()); }

void RepositoryTextsTest::catalogsAreWrittenInOneWay_data() {
  changes({{"catalog 1", "catalog 2"},
           {"\tbeta", "\tzeta"},
           {"\tbeta", "\tstable"},
           {"\tbeta", "\tBeta"},
           {"\tbeta", "\t"},
           {"org.example.A", "example"},
           {"org.example.A", "org.example.B"},
           {"org.example.A", "org/example.A"},
           {"\t2.0\t", "\tv2.0\t"},
           {"\t500", "\t0500"},
           {"signature\t300\t300", "signature\t99999\t99999"},
           {"name\tA\n", "name\tA\nname\tA\n"},
           {"name\tA",
            "name\t\xe2\x80\xae"
            "A"},
           {"name\tA", "name\tA\tB"},
           {"name\tA", "name\t" + std::string(1000, 'A')},
           {"summary\tDoes it", "summary\t\x1b[2J"},
           {"translation\tde", "translation\td/e"},
           {"translation\tde\tAh\tTut es\n", "translation\tde\tAh\tTut es\ntranslation\tde\tAh\tTut es\n"},
           {"translation\tde\tAh\tTut es\n", "translation\tde\tAh\tTut es\ntranslation\tar\tAh\tTut es\n"},
           {"runtime\t", "plugin\t"},
           {"chunks\t100", "junk\t100"}});
}

void RepositoryTextsTest::catalogsAreWrittenInOneWay() { check<Catalog>(soundCatalog()); }

void RepositoryTextsTest::chunkListsAreWrittenInOneWay_data() {
  changes({{"chunks 1", "chunks 2"},
           {"\t0\nchunk", "\t00\nchunk"},
           {"chunk\t20\t10\t" + OTHER, "from\t" + DIGEST + "\t10\nchunk\t20\t10\t" + OTHER},
           {"chunk\t20\t10\t" + OTHER, "from\t" + DIGEST + "\t99999999\nchunk\t20\t10\t" + OTHER},
           {"chunk\t20\t10\t" + OTHER, "from\t" + DIGEST + "\t20\nfrom\t" + DIGEST + "\t30\nchunk\t20\t10\t" + OTHER},
           {"from\t" + DIGEST + "\t0\n", ""},
           {"chunk\t9\t9", "chunk\t9\t10"},
           {"chunk\t9\t9", "chunk\t0\t0"},
           {"chunk\t9\t9", "chunk\t262145\t9"},
           {"chunk\t9\t9", "chunk\t9\t9\t9"},
           {"chunk\t9", " chunk\t9"}});
}

void RepositoryTextsTest::chunkListsAreWrittenInOneWay() { check<ChunkList>(soundChunks()); }

void RepositoryTextsTest::chainsHoldFromLinkToLink() {
  std::vector<SecretKey> keys;
  for (int i = 0; i < 4; ++i) keys.push_back(SecretKey::generate());
  std::vector<std::string> links;
  for (unsigned i = 0; i < 3; ++i) {
    KeyLink link{.id = "org.example",
                 .generation = i,
                 .key = keys[i].publicKey(),
                 .next = commitmentTo(keys[i + 1].publicKey())};
    links.push_back(link.signedBy(keys[i == 0 ? 0 : i - 1], keys[i]));
  }
  auto problem = [](const std::string& text) {
    auto parsed = KeyChain::parse(text);
    return std::get_if<Problem>(&parsed) != nullptr;
  };
  QVERIFY(!problem(links[0]) && !problem(links[0] + links[1]) && !problem(links[0] + links[1] + links[2]));
  QVERIFY(problem("") && problem(links[1]) && problem(links[0] + links[2]) && problem(links[0] + links[0]));
  QVERIFY(problem(links[0] + links[1] + "x") && problem("\n" + links[0]));
  auto all = links[0] + links[1] + links[2];
  // Every bit of it counts, but for what is a comment for people.
  for (size_t at = 0; at < all.size(); ++at) {
    auto changed = all;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    auto start = all.rfind('\n', at);
    auto line = all.substr(start == all.npos ? 0 : start + 1, 18);
    if (changed == all || line == "untrusted comment:") continue;
    QVERIFY2(problem(changed), all.substr(at, 20).c_str());
  }
  for (size_t size = 1; size < all.size() - 1; size += 7) {
    bool whole = size == links[0].size() || size == links[0].size() + links[1].size();
    QVERIFY(whole || problem(all.substr(0, size)));
  }
}

void RepositoryTextsTest::whereARepositoryMayLie_data() {
  QTest::addColumn<QByteArray>("location");
  QTest::addColumn<bool>("may");
  for (auto may :
       {"/media/stick", "/home/me/Grüße", "https://apps.example.org", "https://apps.example.org:8443/stable/",
        "http://127.0.0.1:8000", "http://[::1]:8000/x", "https://[2001:db8::1]/x"})
    QTest::newRow(may) << QByteArray(may) << true;
  for (auto no : {"",
                  "media",
                  "./x",
                  "file:///x",
                  "http://apps.example.org",
                  "http://localhost/",
                  "http://127.0.0.1.evil.org/",
                  "http://127.0.0.1@evil.org/",
                  "https://user@host/",
                  "https://host/?x",
                  "https://host/#x",
                  "https://",
                  "https:///x",
                  "HTTPS://host",
                  "https://host/\"\noutput = /x",
                  "https://ho st/",
                  "https://host\\x",
                  "ftp://host",
                  "/x\ny",
                  "/\xff"})
    QTest::newRow(*no == 0 ? "empty" : no) << QByteArray(no) << false;
}

void RepositoryTextsTest::whereARepositoryMayLie() {
  QFETCH(QByteArray, location);
  QFETCH(bool, may);
  QCOMPARE(isLocation(location.toStdString()), may);
}

namespace {

std::string bytesOf(size_t size) {
  // BLAKE2b-256 of the numbers 0, 1, 2, ... as text: the vector of packaging/REPOSITORY.md.
  std::string bytes;
  for (unsigned i = 0; bytes.size() < size; ++i) bytes += digestOf(std::to_string(i));
  bytes.resize(size);
  return bytes;
}

std::vector<std::string> cut(const std::string& bytes, size_t step) {
  std::vector<std::string> chunks;
  Cutter cutter([&](std::string_view chunk) { chunks.emplace_back(chunk); });
  for (size_t at = 0; at < bytes.size(); at += step) cutter.write(std::string_view(bytes).substr(at, step));
  cutter.endStream();
  return chunks;
}

}  // namespace

void RepositoryTextsTest::cutsAreThoseOfTheFormat() {
  auto bytes = bytesOf(1'000'000);
  auto chunks = cut(bytes, 1'000'000);
  QByteArray sizes;
  std::string whole;
  for (auto& chunk : chunks) {
    sizes += QByteArray::number(static_cast<qulonglong>(chunk.size())) + " ";
    whole += chunk;
    QVERIFY(chunk.size() <= LARGEST_CHUNK && (chunk.size() >= SMALLEST_CHUNK || &chunk == &chunks.back()));
  }
  QVERIFY(whole == bytes);
  QCOMPARE(sizes, QByteArray("73817 58889 95449 71079 89347 56481 76585 62935 102660 52360 93995 76436 66640 23327 "));
  // However it is written, and again after the end of a stream.
  for (size_t step : {size_t{7777}, size_t{65536}, size_t{999'999}}) QVERIFY(cut(bytes, step) == chunks);
  QCOMPARE(cut("", 1).size(), size_t{0});
  QCOMPARE(cut("x", 1).size(), size_t{1});
  QCOMPARE(cut(std::string(LARGEST_CHUNK * 2, 'x'), 5000).size(), size_t{2});
}

void RepositoryTextsTest::cutsAreFoundAgainAfterAChange() {
  auto bytes = bytesOf(4'000'000);
  auto before = cut(bytes, bytes.size());
  std::set<std::string> known(before.begin(), before.end());
  for (size_t at : {size_t{0}, size_t{1'000'000}, size_t{2'345'678}, size_t{3'999'000}}) {
    auto changed = bytes;
    changed.insert(at, "something new");
    size_t fresh = 0;
    for (auto& chunk : cut(changed, changed.size())) fresh += known.contains(chunk) ? 0 : 1;
    QVERIFY2(fresh >= 1 && fresh <= 3, QByteArray::number(static_cast<qulonglong>(fresh)));
  }
}

void RepositoryTextsTest::chunksAreThoseOfTheirFiles() {
  auto list = "latchkey digests 1\nfile\t10\t" + DIGEST + "\tmanifest.toml\nfile\t70000\t" + OTHER +
              "\tfiles/a\nfile\t0\t" + std::string(64, 'e') + "\tfiles/b\nprogram\t10\t" + DIGEST +
              "\tfiles/c\nprogram\t20\t" + std::string(64, 'c') + "\tfiles/d\n";
  auto parsed = contentsOf(list);
  auto& contents = std::get<std::vector<Content>>(parsed);
  QCOMPARE(contents.size(), size_t{3});
  QCOMPARE(contents[0].path, std::string("manifest.toml"));
  QCOMPARE(contents[1].path, std::string("files/d"));
  QCOMPARE(contents[2].path, std::string("files/a"));
  auto streams = streamsOf(contents);
  QCOMPARE(streams.size(), size_t{2});
  QCOMPARE(streams[0].size, uint64_t{30});
  ChunkList chunks{.list = DIGEST, .packs = {DIGEST}};
  auto sizes = [&](std::vector<uint32_t> all) {
    chunks.chunks.clear();
    for (auto size : all) chunks.chunks.push_back({.digest = DIGEST, .size = size, .packed = size});
    return chunks.objectionTo(streams).empty();
  };
  QVERIFY(sizes({30, 70000}) && sizes({10, 20, 60000, 10000}));
  QVERIFY(!sizes({}) && !sizes({30}) && !sizes({70030}) && !sizes({20, 70010}) && !sizes({30, 70000, 1}));
  for (auto bad : std::vector<std::string>{"file\tx\t" + DIGEST + "\ta\n", "file\t1\t" + DIGEST + "\n",
                                           "file\t1\tabc\ta\n", "file\t5000000000\t" + DIGEST + "\ta\n"})
    QVERIFY2(std::get_if<Problem>(&static_cast<const std::variant<std::vector<Content>, Problem>&>(contentsOf(bad))) !=
                 nullptr,
             bad.c_str());
}

QTEST_GUILESS_MAIN(RepositoryTextsTest)
#include "repository-texts-test.moc"
