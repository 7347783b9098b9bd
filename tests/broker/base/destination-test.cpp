// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/destination.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace latchkey;

namespace {

using Host = Destination::Host;

Destination from(const std::string& text) {
  KJ_IF_MAYBE (destination, destinationFrom(text)) return *destination;
  throw std::runtime_error("no destination: " + text);
}

Address at(const std::string& text) {
  KJ_IF_MAYBE (address, addressFrom(text)) return *address;
  throw std::runtime_error("no address: " + text);
}

// --- what a destination means, one thing at a time: written apart from the code, and slow
// ---------------------------------

// One host, by one protocol and port, of one kind.
struct Thing {
  std::string name;  // Empty: the address.
  Address address;
  AddressClass kind = AddressClass::Internet;
  bool metadata = false;
  bool local = false;
  Protocol protocol = Protocol::Tcp;
  int port = -1;
};

bool isOneOf(const Thing& thing, const Destination& set) {
  if (set.protocol != Protocol::Any && set.protocol != thing.protocol) return false;
  if (thing.port < 0 ? !set.isAnyPort() : thing.port < set.firstPort || thing.port > set.lastPort) return false;
  switch (set.host) {
    case Host::Everything: return !thing.metadata;
    case Host::Internet: return !thing.local && thing.kind == AddressClass::Internet;
    case Host::LocalNetwork:
      return thing.name.empty() ? !thing.local && !thing.metadata && thing.kind == AddressClass::LocalNetwork
                                : thing.local;
    case Host::Network: {
      if (!thing.name.empty() || thing.local || thing.address.v6 != set.address.v6) return false;
      for (unsigned bit = 0; bit < set.prefix; ++bit)
        if ((thing.address.bytes[bit / 8] ^ set.address.bytes[bit / 8]) >> (7 - bit % 8) & 1) return false;
      return true;
    }
    case Host::Domain: return thing.local == set.local && ("." + thing.name).ends_with("." + set.name);
    case Host::Address: return thing.name.empty() && thing.local == set.local && thing.address == set.address;
    case Host::Name: return thing.local == set.local && thing.name == set.name;
  }
  return false;
}

struct Block {
  const char* base;
  AddressClass kind;
  std::vector<int> metadata;  // Which of its eight addresses.
};

const Block BLOCKS[] = {{"93.184.216.32", AddressClass::Internet, {}},
                        {"10.0.0.0", AddressClass::LocalNetwork, {}},
                        {"9.255.255.248", AddressClass::Internet, {}},
                        {"169.254.169.248", AddressClass::LocalNetwork, {5, 6}},
                        {"192.0.0.192", AddressClass::LocalNetwork, {0}},
                        {"127.0.0.0", AddressClass::ThisComputer, {}},
                        {"2001:db8::", AddressClass::Internet, {}},
                        {"fd00::8", AddressClass::LocalNetwork, {}},
                        {"fd00:ec2::250", AddressClass::LocalNetwork, {0, 1, 2, 3, 4, 5, 6, 7}},
                        {"64:ff9b::a00:0", AddressClass::LocalNetwork, {}},
                        {"64:ff9b::808:0", AddressClass::Internet, {}},
                        {"64:ff9b::a9fe:a9f8", AddressClass::LocalNetwork, {5, 6}},
                        {"2002:a00:1::", AddressClass::LocalNetwork, {}},
                        {"::", AddressClass::ThisComputer, {}}};

const char* const NAMES[] = {"example",    "a.example", "b.a.example", "c.b.a.example", "zz.c.b.a.example",
                             "notexample", "x-example", "other.org",   "local",         "x.local",
                             "y.x.local",  "xlocal",    "z.y.x.local", "w.other.org"};
// Below each of these there is another name in the list.
const char* const DOMAINS[] = {"example",   "a.example", "b.a.example", "c.b.a.example",
                               "other.org", "local",     "x.local",     "y.x.local"};

const int PORTS[] = {0, 1, 2, 79, 80, 81, 100, 443, 444, 65534, 65535};

bool isLocalName(const std::string& name) { return name == "local" || name.ends_with(".local"); }

Address inBlock(const Block& block, unsigned number) {
  auto address = at(block.base);
  address.bytes[address.bits() / 8 - 1] += static_cast<uint8_t>(number);
  return address;
}

std::vector<Thing> hosts() {
  std::vector<Thing> all;
  for (std::string name : NAMES) {
    if (!isLocalName(name)) all.push_back({.name = name, .address = {}});
    all.push_back({.name = name, .address = {}, .kind = AddressClass::LocalNetwork, .local = true});
  }
  for (auto& block : BLOCKS) {
    for (int number = 0; number < 8; ++number) {
      Thing thing{.name = {}, .address = inBlock(block, static_cast<unsigned>(number)), .kind = block.kind};
      thing.metadata = std::ranges::contains(block.metadata, number);
      all.push_back(thing);
      if (thing.kind == AddressClass::ThisComputer) continue;
      thing.local = true;
      thing.kind = AddressClass::ThisComputer;
      all.push_back(thing);
    }
  }
  return all;
}

std::vector<Thing> things() {
  std::vector<Thing> all;
  for (auto thing : hosts()) {
    for (auto protocol : {Protocol::Tcp, Protocol::Udp, Protocol::Ping, Protocol::Name}) {
      thing.protocol = protocol;
      thing.port = -1;
      if (protocol == Protocol::Ping || protocol == Protocol::Name) {
        all.push_back(thing);
        continue;
      }
      for (int port : PORTS) {
        thing.port = port;
        all.push_back(thing);
      }
    }
  }
  return all;
}

class Dice {
public:
  explicit Dice(unsigned seed) : m_random(seed) {}
  unsigned below(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }
  template <typename List>
  auto oneOf(const List& list) {
    return list[below(static_cast<unsigned>(std::size(list)))];
  }

  Destination destination() {
    Destination made{.host = static_cast<Host>(below(7))};
    made.protocol = static_cast<Protocol>(below(5));
    bool ports = made.protocol == Protocol::Any || made.protocol == Protocol::Tcp || made.protocol == Protocol::Udp;
    if (ports && below(3) > 0) {
      uint16_t ends[] = {1, 79, 80, 81, 443, 65535};
      made.firstPort = oneOf(ends);
      made.lastPort = below(2) ? made.firstPort : std::max(made.firstPort, oneOf(ends));
    }
    if (made.host == Host::Name) made.name = oneOf(NAMES);
    if (made.host == Host::Domain) made.name = oneOf(DOMAINS);
    if (!made.name.empty()) made.local = isLocalName(made.name) || below(2);
    if (made.host != Host::Address && made.host != Host::Network) return made;
    auto& block = BLOCKS[below(std::size(BLOCKS))];
    auto number = below(8);
    if (made.host == Host::Address) {
      made.local = block.kind != AddressClass::ThisComputer && below(3) == 0;
    } else {
      auto free = 1 + below(3);
      number &= 0xffU << free;
      made.prefix = at(block.base).bits() - free;
    }
    made.address = inBlock(block, number);
    return made;
  }

private:
  std::mt19937 m_random;
};

}  // namespace

class DestinationTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void canonicalTextsComeBack_data();
  void canonicalTextsComeBack();
  void otherTextsBecomeCanonical_data();
  void otherTextsBecomeCanonical();
  void whatIsNoDestinationIsRefused_data();
  void whatIsNoDestinationIsRefused();
  void madeOfNamesAndAddresses();
  void aNameIsNeverReadAsSomethingElse();
  void covering_data();
  void covering();
  void forbidding_data();
  void forbidding();
  void leading_data();
  void leading();
  void specificity_data();
  void specificity();
  void ofEqualOnesTheRefusalDecides();
  void randomTextsComeBack();
  void anyBytesAreRefusedOrCanonical();
  void coversIsTheSubsetRelation();
  void coversIsReflexiveAndTransitive();
  void whatIsCoveredIsForbidden();
  void specificityIsAnOrder();
};

void DestinationTest::canonicalTextsComeBack_data() {
  QTest::addColumn<QByteArray>("text");
  for (auto text : {"example.org",
                    "example.org:443",
                    "example.org:443/tcp",
                    "example.org/udp",
                    "example.org:6881-6889/udp",
                    "example.org/ping",
                    "example.org/name",
                    "*.example.org:443/tcp",
                    "*.org",
                    "internet",
                    "internet:443/tcp",
                    "local-network",
                    "everything",
                    "everything/udp",
                    "10.0.0.1",
                    "10.0.0.1:22/tcp",
                    "10.0.0.0/8",
                    "10.0.0.0/8:22/tcp",
                    "192.168.1.0/24/ping",
                    "[fd00::1]",
                    "[fd00::1]:53/udp",
                    "[fd00::]/8",
                    "[fd00::]/8:80-90",
                    "nas.fritz.box:445/tcp@local",
                    "*.fritz.box@local",
                    "printer.local:631/tcp@local",
                    "*.local@local",
                    "192.168.1.5:80/tcp@local",
                    "[2001:db8::5]:80@local",
                    "example.org:1-65535",
                    "_http._tcp.example.org/name",
                    "xn--bcher-kva.example",
                    "a",
                    "internets",
                    "everything.example",
                    "internet.example:80",
                    "1.example",
                    "example.1a",
                    "a--b.c",
                    "128.0.0.0/1",
                    "[8000::]/1",
                    "10.0.0.0/31",
                    "[fd00::]/127",
                    "localhost.example",
                    "mylocalhost",
                    "0x.example"})
    QTest::addRow("%s", text) << QByteArray(text);
  auto longest =
      QByteArray(63, 'a') + "." + QByteArray(63, 'b') + "." + QByteArray(63, 'c') + "." + QByteArray(61, 'd');
  QTest::newRow("longest name") << longest;
  QTest::newRow("longest with ports") << "*." + longest + ":10000-65535/tcp@local";
}

void DestinationTest::canonicalTextsComeBack() {
  QFETCH(QByteArray, text);
  QCOMPARE(from(text.toStdString()).text(), text.toStdString());
}

void DestinationTest::otherTextsBecomeCanonical_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("canonical");
  auto row = [](const char* text, const char* canonical) {
    QTest::addRow("%s", text) << QByteArray(text) << QByteArray(canonical);
  };
  row("printer.local", "printer.local@local");
  row("*.local/ping", "*.local/ping@local");
  row("[FD00:0::1]:80", "[fd00::1]:80");
  row("[64:ff9b::10.0.0.1]", "[64:ff9b::a00:1]");
}

void DestinationTest::otherTextsBecomeCanonical() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, canonical);
  QCOMPARE(from(text.toStdString()).text(), canonical.toStdString());
}

void DestinationTest::whatIsNoDestinationIsRefused_data() {
  QTest::addColumn<QByteArray>("text");
  for (auto text : {"",
                    " ",
                    ":",
                    "/",
                    "@local",
                    ":80",
                    "/tcp",
                    "*",
                    "*.",
                    "**.org",
                    "*example.org",
                    "a.*.org",
                    "*.*.org",
                    "*.10.0.0.1",
                    "*.internet",
                    "*.everything",
                    "*.localhost",
                    "localhost",
                    "localhost:80",
                    "a.localhost",
                    "Example.org",
                    "example.org.",
                    ".example.org",
                    "example..org",
                    "-a.org",
                    "a-.org",
                    "a b",
                    "a\tb",
                    "a\n",
                    "a,b",
                    "a;b",
                    "a'b",
                    "a%b",
                    "b\xc3\xbc"
                    "cher.example",
                    "127.1",
                    "10.1",
                    "1",
                    "0x7f000001",
                    "0x7f.1",
                    "a.0x1f",
                    "a.123",
                    "0",
                    "2130706433",
                    "10.0.0.1.",
                    "010.0.0.1",
                    "10.0.0.256",
                    "10.0.0.0/0",
                    "10.0.0.0/32",
                    "10.0.0.0/33",
                    "10.0.0.1/8",
                    "10.0.0.0/08",
                    "10.0.0.0/",
                    "10.0.0.0/-1",
                    "10.0.0.0/8/24",
                    "example.org/8",
                    "internet/8",
                    "[fd00::]/0",
                    "[fd00::1]/8",
                    "[fd00::]/128",
                    "[fd00::",
                    "fd00::1",
                    "[10.0.0.1]",
                    "[]",
                    "[::ffff:10.0.0.1]",
                    "[::ffff:0:0]/96",
                    "[::ffff:10.0.0.0]/104",
                    "[fe80::1%eth0]",
                    "[example.org]",
                    "example.org:",
                    "example.org:0",
                    "example.org:00",
                    "example.org:080",
                    "example.org:65536",
                    "example.org:99999999999999999999",
                    "example.org:+80",
                    "example.org:-80",
                    "example.org:80-",
                    "example.org:80-80",
                    "example.org:90-80",
                    "example.org:80-65536",
                    "example.org:80-90-100",
                    "example.org:80:90",
                    "example.org:http",
                    "example.org:80/",
                    "example.org/TCP",
                    "example.org/sctp",
                    "example.org/any",
                    "example.org/tcp/udp",
                    "example.org/tcp:80",
                    "example.org:80/ping",
                    "example.org:53/name",
                    "example.org@",
                    "example.org@local@local",
                    "example.org@LOCAL",
                    "example.org@local/tcp",
                    "example.org@local ",
                    "internet@local",
                    "local-network@local",
                    "everything@local",
                    "10.0.0.0/8@local",
                    "127.0.0.1@local",
                    "[::1]@local",
                    "0.0.0.0@local",
                    "https://example.org",
                    "example.org/path",
                    "user@example.org"})
    QTest::addRow("'%s'", text) << QByteArray(text);
  QTest::newRow("NUL") << QByteArray("a.org\0:80", 9);
  QTest::newRow("label of 64") << QByteArray(64, 'a');
  QTest::newRow("name of 254") << QByteArray(63, 'a') + "." + QByteArray(63, 'b') + "." + QByteArray(63, 'c') + "." +
                                      QByteArray(62, 'd');
  QTest::newRow("long") << QByteArray(100'000, 'a');
}

void DestinationTest::whatIsNoDestinationIsRefused() {
  QFETCH(QByteArray, text);
  QVERIFY(destinationFrom({text.data(), static_cast<size_t>(text.size())}) == nullptr);
}

void DestinationTest::madeOfNamesAndAddresses() {
  KJ_IF_MAYBE (made, Destination::of("example.org", Protocol::Tcp, 443))
    QCOMPARE(made->text(), std::string("example.org:443/tcp"));
  else QFAIL("a name");
  KJ_IF_MAYBE (made, Destination::of("example.org", Protocol::Name, 443))
    QCOMPARE(made->text(), std::string("example.org/name"));
  else QFAIL("a name");
  KJ_IF_MAYBE (made, Destination::of("a.local", Protocol::Udp, 1))
    QCOMPARE(made->text(), std::string("a.local:1/udp@local"));
  else QFAIL("a name");
  QCOMPARE(Destination::of(at("fd00::1"), Protocol::Udp, 53).text(), std::string("[fd00::1]:53/udp"));
  QCOMPARE(Destination::of(at("10.0.0.1"), Protocol::Ping, 0).text(), std::string("10.0.0.1/ping"));
}

// An app chooses its names; none may come out as a preset, a domain or an address at the other side.
void DestinationTest::aNameIsNeverReadAsSomethingElse() {
  for (auto name : {"everything", "internet", "local-network", "*.org", "10.0.0.1", "127.1", "[::1]", "localhost",
                    "a@local", "a:80", "a/tcp", "", "A"})
    QVERIFY2(Destination::of(name, Protocol::Tcp, 80) == nullptr, name);
}

void DestinationTest::covering_data() {
  QTest::addColumn<QByteArray>("outer");
  QTest::addColumn<QByteArray>("inner");
  QTest::addColumn<bool>("covered");
  auto row = [](const char* outer, const char* inner, bool covered) {
    QTest::addRow("%s: %s", outer, inner) << QByteArray(outer) << QByteArray(inner) << covered;
  };
  row("example.org", "example.org:443/tcp", true);
  row("example.org", "example.org/ping", true);
  row("example.org:443", "example.org:443/udp", true);
  row("example.org:443", "example.org/ping", false);
  row("example.org:443/tcp", "example.org:443/udp", false);
  row("example.org:443/tcp", "example.org:444/tcp", false);
  row("example.org:443/tcp", "example.org", false);
  row("example.org:400-500/tcp", "example.org:443/tcp", true);
  row("example.org:1-65535", "example.org", false);
  row("example.org", "www.example.org:443/tcp", false);
  row("*.example.org", "www.example.org:443/tcp", true);
  row("*.example.org", "a.b.example.org", true);
  row("*.example.org", "example.org", true);
  row("*.example.org", "badexample.org", false);
  row("*.example.org", "*.www.example.org", true);
  row("*.www.example.org", "*.example.org", false);
  // What leads elsewhere is something else.
  row("example.org", "example.org:443/tcp@local", false);
  row("example.org@local", "example.org:443/tcp", false);
  row("*.example.org", "nas.example.org@local", false);
  row("internet", "example.org:443/tcp@local", false);
  row("internet", "printer.local:631/tcp@local", false);
  row("local-network", "example.org:443/tcp", false);
  row("local-network", "example.org:443/tcp@local", true);
  row("local-network", "printer.local:631/tcp@local", true);
  row("everything", "example.org:443/tcp@local", true);
  row("everything", "internet", true);
  row("everything", "local-network", true);
  row("internet", "everything", false);
  row("internet", "local-network", false);
  // A name's grant is not its address's, nor the other way round.
  row("example.org", "93.184.216.34", false);
  row("93.184.216.34", "example.org", false);
  row("internet", "93.184.216.34:80/tcp", true);
  row("internet", "10.0.0.1", false);
  row("internet", "127.0.0.1", false);
  row("internet", "[64:ff9b::10.0.0.1]", false);
  row("internet", "[64:ff9b::8.8.8.8]", true);
  row("internet", "[2002:a00:1::1]", false);
  row("internet", "[fe80::1]", false);
  row("internet", "[2001:db8::5]:80/tcp@local", false);
  row("local-network", "192.168.1.5:80/tcp@local", false);
  row("192.168.1.0/24", "192.168.1.5:80/tcp@local", false);
  row("192.168.1.5", "192.168.1.5:80/tcp@local", false);
  row("192.168.1.5@local", "192.168.1.5:80/tcp@local", true);
  row("everything", "192.168.1.5:80/tcp@local", true);
  row("everything", "127.0.0.1:631/tcp", true);
  row("local-network", "10.0.0.0/8", true);
  row("local-network", "10.0.0.0/7", false);
  row("internet", "8.0.0.0/8", true);
  row("10.0.0.0/8", "10.2.3.4:22/tcp", true);
  row("10.0.0.0/8", "10.2.0.0/16", true);
  row("10.2.0.0/16", "10.0.0.0/8", false);
  row("10.0.0.0/8", "[64:ff9b::10.0.0.1]", false);
  row("everything", "169.254.169.254:80/tcp", false);
  row("local-network", "169.254.169.254:80/tcp", false);
  row("local-network", "169.254.0.0/16", false);
  row("everything", "169.254.0.0/16", false);
  row("everything", "[64:ff9b::169.254.169.254]:80/tcp", false);
  row("everything", "168.63.129.16", false);
  row("internet", "168.63.129.16", false);
  row("169.254.169.254:80/tcp", "169.254.169.254:80/tcp", true);
  row("169.254.0.0/16", "169.254.169.254:80/tcp", true);
}

void DestinationTest::covering() {
  QFETCH(QByteArray, outer);
  QFETCH(QByteArray, inner);
  QTEST(from(outer.toStdString()).covers(from(inner.toStdString())), "covered");
}

void DestinationTest::forbidding_data() {
  QTest::addColumn<QByteArray>("refusal");
  QTest::addColumn<QByteArray>("wanted");
  QTest::addColumn<bool>("forbidden");
  auto row = [](const char* refusal, const char* wanted, bool forbidden) {
    QTest::addRow("%s: %s", refusal, wanted) << QByteArray(refusal) << QByteArray(wanted) << forbidden;
  };
  row("example.org", "example.org:443/tcp@local", true);
  row("example.org@local", "example.org:443/tcp", false);
  row("*.example.org:80", "www.example.org:80/tcp@local", true);
  row("*.example.org:80", "www.example.org:81/tcp@local", false);
  row("10.0.0.0/8", "[64:ff9b::10.0.0.1]:80/tcp", true);
  row("10.0.0.1", "[2002:a00:1::1]", true);
  row("10.0.0.2", "[2002:a00:1::1]", false);
  row("192.168.1.0/24", "192.168.1.5:80/tcp@local", true);
  row("192.168.1.5", "192.168.1.5:80/tcp@local", true);
  row("192.168.1.5@local", "192.168.1.5:80/tcp", false);
  row("local-network", "127.0.0.1:80/tcp", true);
  row("local-network", "192.168.1.5:80/tcp@local", true);
  row("local-network", "169.254.169.254:80/tcp", true);
  row("local-network", "128.0.0.0/1", true);
  row("local-network", "8.8.8.8", false);
  row("local-network", "8.0.0.0/8", false);
  row("local-network", "example.org", false);
  row("local-network/tcp", "10.0.0.1:80/udp", false);
  row("internet", "example.org:80/tcp@local", false);
  row("internet", "10.0.0.1", false);
  row("internet", "8.8.8.8", true);
  row("everything", "169.254.169.254:80/tcp", true);
  row("everything:80", "169.254.169.254:81/tcp", false);
}

void DestinationTest::forbidding() {
  QFETCH(QByteArray, refusal);
  QFETCH(QByteArray, wanted);
  QTEST(from(refusal.toStdString()).forbids(from(wanted.toStdString())), "forbidden");
}

void DestinationTest::leading_data() {
  QTest::addColumn<QByteArray>("wanted");
  QTest::addColumn<QByteArray>("address");
  QTest::addColumn<bool>("own");
  QTest::addColumn<QByteArray>("judged");
  auto row = [](const char* wanted, const char* address, bool own, const char* judged) {
    QTest::addRow("%s, %s%s", wanted, address, own ? ", own" : "")
        << QByteArray(wanted) << QByteArray(address) << own << QByteArray(judged);
  };
  row("example.org:443/tcp", "93.184.216.34", false, "example.org:443/tcp");
  row("example.org:443/tcp", "192.168.1.1", false, "example.org:443/tcp@local");
  row("example.org:443/tcp@local", "93.184.216.34", false, "example.org:443/tcp");
  row("example.org:443/tcp", "64:ff9b::10.0.0.1", false, "example.org:443/tcp@local");
  row("example.org:443/tcp", "127.0.0.1", false, "127.0.0.1:443/tcp");
  row("example.org:443/tcp@local", "::1", false, "[::1]:443/tcp");
  row("example.org:443/tcp", "127.0.0.1", true, "127.0.0.1:443/tcp");
  row("example.org:443/tcp@local", "192.168.1.5", true, "192.168.1.5:443/tcp@local");
  row("example.org/ping", "2001:db8::5", true, "[2001:db8::5]/ping@local");
  row("example.org:80/tcp", "169.254.169.254", false, "169.254.169.254:80/tcp");
  row("example.org:80/tcp", "168.63.129.16", false, "168.63.129.16:80/tcp");
  row("nas.local:80/tcp@local", "192.168.1.9", false, "nas.local:80/tcp@local");
  row("nas.local:80/tcp@local", "8.8.8.8", false, "8.8.8.8:80/tcp");
  row("10.0.0.1:80/tcp", "10.0.0.1", false, "10.0.0.1:80/tcp");
  row("10.0.0.1:80/tcp", "10.0.0.1", true, "10.0.0.1:80/tcp@local");
  row("[::1]:80/tcp", "::1", true, "[::1]:80/tcp");
}

void DestinationTest::leading() {
  QFETCH(QByteArray, wanted);
  QFETCH(QByteArray, address);
  QFETCH(bool, own);
  QFETCH(QByteArray, judged);
  auto result = from(wanted.toStdString()).leadingTo(at(address.toStdString()), own);
  QCOMPARE(result.text(), judged.toStdString());
  QCOMPARE(from(result.text()), result);
}

void DestinationTest::specificity_data() {
  QTest::addColumn<QByteArray>("more");
  QTest::addColumn<QByteArray>("less");
  auto row = [](const char* more, const char* less) {
    QTest::addRow("%s, %s", more, less) << QByteArray(more) << QByteArray(less);
  };
  row("example.org", "*.example.org:443/tcp");
  row("*.www.example.org", "*.example.org");
  row("*.org", "internet:443/tcp");
  row("10.0.0.0/9", "10.0.0.0/8:22/tcp");
  row("10.0.0.0/8", "local-network");
  row("10.0.0.1", "10.0.0.0/31");
  row("internet", "everything:443/tcp");
  row("local-network", "everything");
  row("example.org:443", "example.org");
  row("example.org:443", "example.org:442-443/tcp");
  row("example.org:443/tcp", "example.org:443");
  row("example.org/ping", "example.org");
}

void DestinationTest::specificity() {
  QFETCH(QByteArray, more);
  QFETCH(QByteArray, less);
  auto one = from(more.toStdString()), other = from(less.toStdString());
  QVERIFY(isMoreSpecific(one, other));
  QVERIFY(!isMoreSpecific(other, one));
  QVERIFY(!isAsSpecific(one, other));
  for (bool refusal : {false, true}) {
    QVERIFY(outranks(one, refusal, other, !refusal));
    QVERIFY(!outranks(other, refusal, one, !refusal));
  }
}

void DestinationTest::ofEqualOnesTheRefusalDecides() {
  auto one = from("example.org:443/tcp"), other = from("example.org:443/udp");
  QVERIFY(isAsSpecific(one, other));
  QVERIFY(outranks(one, true, other, false));
  QVERIFY(!outranks(one, false, other, true));
  QVERIFY(!outranks(one, false, other, false));
  QVERIFY(!outranks(one, true, other, true));
}

void DestinationTest::randomTextsComeBack() {
  Dice dice(1);
  for (int round = 0; round < 20'000; ++round) {
    auto made = dice.destination();
    auto text = made.text();
    QVERIFY2(destinationFrom(text) != nullptr, text.c_str());
    QVERIFY2(from(text) == made, text.c_str());
  }
}

// Whatever is read from any text is written so that it is read as the same, in one line of printable characters.
void DestinationTest::anyBytesAreRefusedOrCanonical() {
  Dice dice(2);
  std::string_view pieces[] = {
      "a",   "example.org", "*.",     "10.0.0.0", "/8", "[",  "]", "fd00::", ":",     "80", "-",
      "/",   "tcp",         "@local", "internet", ".",  "\n", " ", "0",      "local", "1",  "::ffff:1.2.3.4",
      "name"};
  int read = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (unsigned count = 1 + dice.below(7); count > 0; --count) text += dice.oneOf(pieces);
    KJ_IF_MAYBE (destination, destinationFrom(text)) {
      ++read;
      auto again = destination->text();
      QVERIFY2(from(again) == *destination, text.c_str());
      QVERIFY2(std::ranges::all_of(again, [](char c) { return c > ' ' && c < 127; }), text.c_str());
      QVERIFY(again.size() <= MOST_OF_DESTINATION);
    }
  }
  QVERIFY(read > 5'000);
}

void DestinationTest::coversIsTheSubsetRelation() {
  auto all = things();
  Dice dice(3);
  std::vector<Destination> made;
  std::vector<std::vector<bool>> sets;
  for (int count = 0; count < 1'500; ++count) {
    made.push_back(dice.destination());
    std::vector<bool> set;
    set.reserve(all.size());
    for (auto& thing : all) set.push_back(isOneOf(thing, made.back()));
    QVERIFY2(std::ranges::contains(set, true), made.back().text().c_str());
    sets.push_back(std::move(set));
  }
  int covered = 0;
  for (int round = 0; round < 40'000; ++round) {
    auto outer = dice.below(1'500), inner = dice.below(1'500);
    bool subset = true;
    for (size_t at = 0; at < all.size() && subset; ++at) subset = !sets[inner][at] || sets[outer][at];
    auto said = made[outer].covers(made[inner]);
    QVERIFY2(said == subset,
             (made[outer].text() + " covers " + made[inner].text() + (said ? " (said yes)" : " (said no)")).c_str());
    covered += said;
  }
  QVERIFY(covered > 500);
}

void DestinationTest::coversIsReflexiveAndTransitive() {
  Dice dice(4);
  std::vector<Destination> made;
  for (int count = 0; count < 300; ++count) made.push_back(dice.destination());
  int chains = 0;
  for (auto& a : made) {
    QVERIFY2(a.covers(a), a.text().c_str());
    for (auto& b : made) {
      if (!a.covers(b)) continue;
      QVERIFY2(!isMoreSpecific(a, b), (a.text() + " " + b.text()).c_str());
      for (auto& c : made) {
        if (!b.covers(c)) continue;
        ++chains;
        QVERIFY2(a.covers(c), (a.text() + " " + b.text() + " " + c.text()).c_str());
      }
    }
  }
  QVERIFY(chains > 1'000);
}

void DestinationTest::whatIsCoveredIsForbidden() {
  Dice dice(5);
  int covered = 0;
  for (int round = 0; round < 100'000; ++round) {
    auto a = dice.destination(), b = dice.destination();
    if (!a.covers(b)) continue;
    ++covered;
    QVERIFY2(a.forbids(b), (a.text() + " " + b.text()).c_str());
  }
  QVERIFY(covered > 1'000);
}

void DestinationTest::specificityIsAnOrder() {
  Dice dice(6);
  for (int round = 0; round < 100'000; ++round) {
    auto a = dice.destination(), b = dice.destination(), c = dice.destination();
    QVERIFY(!isMoreSpecific(a, a) && isAsSpecific(a, a));
    QVERIFY(!(isMoreSpecific(a, b) && isMoreSpecific(b, a)));
    QCOMPARE(isAsSpecific(a, b), !isMoreSpecific(a, b) && !isMoreSpecific(b, a));
    if (isMoreSpecific(a, b) && isMoreSpecific(b, c)) QVERIFY(isMoreSpecific(a, c));
    if (isAsSpecific(a, b) && isAsSpecific(b, c)) QVERIFY(isAsSpecific(a, c));
  }
}

QTEST_GUILESS_MAIN(DestinationTest)
#include "destination-test.moc"
