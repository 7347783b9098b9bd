// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// When the clipboard is spoken for, and what a compositor hears of it. With real ones: tests/launcher/display.

#include "launcher/windows/wayland-clipboard.h"

#include <fcntl.h>
#include <unistd.h>

#include <QtTest>

#include "launcher/windows/clipboard-types.h"

using namespace latchkey::windows;
using namespace std::chrono_literals;

class WaylandClipboardTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void itTakesNumbersThatAreFreeAndNoMore();
  void withFocusWhatIsThereIsOffered();
  void withoutFocusNothingIs();
  void itIsFetchedOnlyWithFocus();
  void whatIsNotOfferedIsNotFetched();
  void copyingTakesFocusAndAPress_data();
  void copyingTakesFocusAndAPress();
  void whatTheAppHasCopiedIsNotOfferedToIt();
  void itIsGivenToWhoWantsIt();
  void afterAnothersIsCopiedThatIsOffered_data();
  void afterAnothersIsCopiedThatIsOffered();
  void whatTheCompositorRefusesIsForgotten();
  void whatIsDraggedIsRefused();
  void aFloodLeavesBounds();
  void textChangesItsCode();
};

namespace {

constexpr uint32_t REGISTRY = 2, SEAT = 9, MANAGER = 30, DEVICE = 31, SOURCE = 32, OFFER = FIRST_OF_COMPOSITOR;

struct World {
  World() {
    clipboard.now = [this] { return time; };
    clipboard.onOffered = [this](auto& types) { offered = types; };
    clipboard.onWanted = [this](auto& type, int descriptor) {
      wanted.push_back(type);
      close(descriptor);
    };
    clipboard.onGlobal(REGISTRY, 40, "wl_data_device_manager");
    clipboard.onSeat(SEAT);
    for (auto number : {MANAGER, DEVICE, SOURCE}) clipboard.keeps(number);
    clipboard.goOn();
  }

  std::vector<std::string> heard() { return std::exchange(said, {}); }
  void hears(const Saying& event, int descriptor = -1) { clipboard.event(event.whole(), descriptor); }
  // Another app's clipboard.
  void select(uint32_t offer, const std::vector<std::string>& types) {
    hears(Saying(DEVICE, 0).word(offer));
    for (auto& type : types) hears(Saying(offer, 0).text(type));
    hears(Saying(DEVICE, 5).word(offer));
  }
  bool isClosed(int fd) { return fcntl(fd, F_GETFD) < 0; }
  void press(uint32_t serial = 7) { clipboard.onPress(serial); }

  std::chrono::steady_clock::time_point time{1h};
  std::vector<std::string> said, offered, wanted;
  std::vector<int> descriptors;
  WaylandClipboard clipboard{[this](const std::string& message, int descriptor) {
    said.push_back(message);
    if (descriptor >= 0) descriptors.push_back(descriptor);
  }};
};

bool contains(const std::vector<std::string>& all, const Saying& one) {
  return std::ranges::find(all, one.whole()) != all.end();
}
int somePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) qFatal("no pipe");
  close(ends[0]);
  return ends[1];
}

}  // namespace

void WaylandClipboardTest::itTakesNumbersThatAreFreeAndNoMore() {
  World world;
  QCOMPARE(world.heard(),
           (std::vector{Saying(REGISTRY, 0).word(40).text("wl_data_device_manager").word(1).word(MANAGER).whole(),
                        Saying(MANAGER, 1).word(DEVICE).word(SEAT).whole()}));
  unsigned kept = 0;
  for (uint32_t number = 100; number < 200; ++number) kept += world.clipboard.keeps(number);
  QCOMPARE(kept, 3u);
  QVERIFY(world.clipboard.isOurs(DEVICE) && world.clipboard.isOurs(OFFER) && !world.clipboard.isOurs(150));
}

void WaylandClipboardTest::withFocusWhatIsThereIsOffered() {
  World world;
  world.select(OFFER, {"text/plain", "image/png", "not a type", "text/\nplain"});
  QVERIFY(world.offered.empty());
  world.clipboard.onFocus(true);
  QCOMPARE(world.offered, (std::vector<std::string>{"text/plain", "image/png"}));
  world.select(OFFER + 1, {"text/html"});
  QCOMPARE(world.offered, std::vector<std::string>{"text/html"});
  QVERIFY(contains(world.heard(), Saying(OFFER, 2)));  // The one before is destroyed.
  world.hears(Saying(DEVICE, 5).word(0));
  QVERIFY(world.offered.empty());
}

void WaylandClipboardTest::withoutFocusNothingIs() {
  World world;
  world.clipboard.onFocus(true);
  world.select(OFFER, {"text/plain"});
  QVERIFY(!world.offered.empty());
  world.clipboard.onFocus(false);
  QVERIFY(world.offered.empty());
}

void WaylandClipboardTest::itIsFetchedOnlyWithFocus() {
  World world;
  world.select(OFFER, {"text/plain"});
  world.heard();
  auto pipe = somePipe();
  world.clipboard.fetch("text/plain", pipe);
  QVERIFY(world.isClosed(pipe));
  QVERIFY(world.heard().empty());
  world.clipboard.onFocus(true);
  pipe = somePipe();
  world.clipboard.fetch("text/plain", pipe);
  QCOMPARE(world.heard(), std::vector{Saying(OFFER, 1).text("text/plain").whole()});
  QCOMPARE(world.descriptors, std::vector{pipe});
  close(pipe);
}

void WaylandClipboardTest::whatIsNotOfferedIsNotFetched() {
  World world;
  world.clipboard.onFocus(true);
  world.select(OFFER, {"text/plain"});
  world.heard();
  auto pipe = somePipe();
  world.clipboard.fetch("image/png", pipe);
  QVERIFY(world.isClosed(pipe) && world.heard().empty());
}

void WaylandClipboardTest::copyingTakesFocusAndAPress_data() {
  QTest::addColumn<bool>("focused");
  QTest::addColumn<bool>("pressed");
  QTest::addColumn<int>("later");
  QTest::addColumn<bool>("told");
  QTest::newRow("both") << true << true << 1 << true;
  QTest::newRow("no focus") << false << true << 1 << false;
  QTest::newRow("no press") << true << false << 1 << false;
  QTest::newRow("long ago") << true << true << 11 << false;
}

void WaylandClipboardTest::copyingTakesFocusAndAPress() {
  QFETCH(bool, focused);
  QFETCH(bool, pressed);
  QFETCH(int, later);
  QFETCH(bool, told);
  World world;
  world.heard();
  if (focused) world.clipboard.onFocus(true);
  if (pressed) world.press(7);
  world.time += std::chrono::seconds(later);
  world.clipboard.offer({"text/plain"});
  auto all = told ? std::vector{Saying(MANAGER, 0).word(SOURCE).whole(), Saying(SOURCE, 0).text("text/plain").whole(),
                                Saying(DEVICE, 1).word(SOURCE).word(7).whole()}
                  : std::vector<std::string>();
  QCOMPARE(world.heard(), all);
  // A press counts for the focus it was made with.
  world.clipboard.onFocus(false);
  world.clipboard.onFocus(true);
  world.heard();
  world.clipboard.keeps(60);
  world.clipboard.offer({"text/plain"});
  QVERIFY(world.heard().empty());
}

void WaylandClipboardTest::whatTheAppHasCopiedIsNotOfferedToIt() {
  World world;
  world.clipboard.onFocus(true);
  world.select(OFFER, {"image/png"});
  world.press();
  world.clipboard.offer({"text/plain"});
  QVERIFY(world.offered.empty());
  world.select(OFFER + 1, {"text/plain"});
  QVERIFY(world.offered.empty());
  world.clipboard.onFocus(false);
  world.select(OFFER + 2, {"text/plain"});
  world.clipboard.onFocus(true);
  QVERIFY(world.offered.empty());
  world.heard();
  auto pipe = somePipe();
  world.clipboard.fetch("text/plain", pipe);
  QVERIFY(world.isClosed(pipe) && world.heard().empty());
}

void WaylandClipboardTest::itIsGivenToWhoWantsIt() {
  World world;
  world.clipboard.onFocus(true);
  world.press();
  world.clipboard.offer({"text/plain"});
  world.clipboard.onFocus(false);  // Whether or not the compositor has said so by now.
  world.clipboard.onFocus(true);
  world.press();
  world.clipboard.keeps(SOURCE);
  world.clipboard.offer({"text/plain"});
  world.select(OFFER, {"text/plain"});
  auto send = Saying(SOURCE, 1).text("text/plain");
  QVERIFY(world.clipboard.bringsDescriptor(send.whole()));
  auto pipe = somePipe();
  world.clipboard.onFocus(false);  // Who wants it has the focus now.
  world.hears(send, pipe);
  QCOMPARE(world.wanted, std::vector<std::string>{"text/plain"});
  world.clipboard.withdraw();
  pipe = somePipe();
  world.hears(send, pipe);
  QVERIFY(world.isClosed(pipe));
  QCOMPARE(world.wanted.size(), size_t(1));
}

void WaylandClipboardTest::afterAnothersIsCopiedThatIsOffered_data() {
  QTest::addColumn<bool>("cancelledFirst");
  QTest::newRow("cancelled first") << true;
  QTest::newRow("selected first") << false;
}

void WaylandClipboardTest::afterAnothersIsCopiedThatIsOffered() {
  QFETCH(bool, cancelledFirst);
  World world;
  world.clipboard.onFocus(true);
  world.press();
  world.clipboard.offer({"text/plain"});
  world.select(OFFER, {"text/plain"});
  QVERIFY(world.offered.empty());
  if (cancelledFirst) world.hears(Saying(SOURCE, 2));
  world.select(OFFER + 1, {"image/png"});
  if (!cancelledFirst) world.hears(Saying(SOURCE, 2));
  QCOMPARE(world.offered, std::vector<std::string>{"image/png"});
  QVERIFY(contains(world.heard(), Saying(SOURCE, 1)));
}

void WaylandClipboardTest::whatTheCompositorRefusesIsForgotten() {
  World world;
  world.clipboard.onFocus(true);
  world.press();
  world.clipboard.offer({"text/plain"});
  world.clipboard.onFocus(false);  // And it never said that this is selected.
  QVERIFY(contains(world.heard(), Saying(SOURCE, 1)));
  world.select(OFFER, {"image/png"});
  world.clipboard.onFocus(true);
  QCOMPARE(world.offered, std::vector<std::string>{"image/png"});
}

void WaylandClipboardTest::whatIsDraggedIsRefused() {
  World world;
  world.clipboard.onFocus(true);
  world.hears(Saying(DEVICE, 0).word(OFFER));
  world.hears(Saying(OFFER, 0).text("text/uri-list"));
  world.hears(Saying(DEVICE, 1).word(3).word(5).word(0).word(0).word(OFFER));
  QVERIFY(world.offered.empty());
  world.heard();
  world.hears(Saying(DEVICE, 4));
  QCOMPARE(world.heard(), std::vector{Saying(OFFER, 2).whole()});
}

void WaylandClipboardTest::aFloodLeavesBounds() {
  World world;
  world.clipboard.onFocus(true);
  world.heard();
  for (uint32_t i = 0; i < 1000; ++i) world.hears(Saying(DEVICE, 0).word(OFFER + i));
  QVERIFY(world.heard().size() > 900);  // Each but the last few is destroyed.
  world.hears(Saying(DEVICE, 0).word(OFFER));
  for (unsigned i = 0; i < 1000; ++i) world.hears(Saying(OFFER, 0).text("text/" + std::to_string(i)));
  world.hears(Saying(DEVICE, 5).word(OFFER));
  QCOMPARE(world.offered.size(), MOST_TYPES);
  // Who copies without end waits until the compositor has let go of what was there before.
  world.press();
  world.heard();
  for (unsigned i = 0; i < 1000; ++i) world.clipboard.offer({"text/plain"});
  QVERIFY(world.heard().size() < 20);
}

void WaylandClipboardTest::textChangesItsCode() {
  QCOMPARE(fromLatin1("gr\xfc\xdf"), std::string("grüß"));
  for (size_t cut = 0; cut <= 12; ++cut) {
    ToLatin1 toLatin1;
    std::string text("grüß \u20ac\xff!");
    QCOMPARE(toLatin1(text.substr(0, cut)) + toLatin1(text.substr(std::min(cut, text.size()))),
             std::string("gr\xfc\xdf ?"
                         "?!"));
  }
}

QTEST_GUILESS_MAIN(WaylandClipboardTest)
#include "wayland-clipboard-test.moc"
