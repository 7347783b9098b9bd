// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-packages.h"

#include <QDateTime>

namespace latchkey::ui {
namespace {

using State = ClaimChange::State;

ClaimChange change(State state, const char* kind, const char* target, bool write = false, const char* reason = "") {
  return {state, {QString::fromUtf8(kind), QString::fromUtf8(target), write, QString::fromUtf8(reason)}, {}};
}

}  // namespace

PackageSheet newBundle() {
  PackageSheet sheet;
  sheet.text = {
      QStringLiteral("org.example.Sketchpad"),
      QStringLiteral("2.1"),
      QStringLiteral("Sketchpad"),
      QStringLiteral("Draw and paint, alone or with others"),
      {},
      QStringLiteral("Sketchpad is a canvas of any size, with brushes that behave as brushes do. Layers, masks "
                     "and palettes stand where the hand expects them.\nA board can be shared with up to ten "
                     "people; what each of them draws keeps their colour until you merge it.\nPictures are "
                     "saved as OpenRaster, PNG and SVG."),
      QStringLiteral("GPL-3.0-or-later")};
  sheet.signer = {QStringLiteral("7E25D3A84C61F09B"), {}};
  sheet.claims = {change(State::New, "folder", "~/Pictures", true, "to open your pictures and keep what you draw"),
                  change(State::New, "network", "boards.example.org:443", false, "to draw together with others"),
                  change(State::New, "device", "tablet", false, "to feel how hard you press"),
                  change(State::New, "ability", "gpu"), change(State::New, "limit", "memory=2000000000")};
  sheet.bytes = sheet.newBytes = 64'300'000;
  return sheet;
}

PackageSheet updateBundle() {
  auto sheet = newBundle();
  sheet.step = PackageSheet::Step::Update;
  sheet.trust = PackageSheet::Trust::Known;
  sheet.installed = QStringLiteral("2.0.4");
  sheet.text.changes = QStringLiteral("Layers can be locked. Faster with large pictures.");
  auto wider = change(State::Wider, "folder", "~/Pictures", true, "to open your pictures and keep what you draw");
  wider.before = change(State::New, "folder", "~/Pictures/Sketches", true).claim;
  sheet.claims = {change(State::Same, "device", "tablet", false, "to feel how hard you press"),
                  change(State::Gone, "network", "old.example.org:443"), wider,
                  change(State::New, "network", "boards.example.org:443", false, "to draw together with others")};
  sheet.newBytes = 3'100'000;
  return sheet;
}

PackageSheet bundleWithRuntime() {
  auto sheet = newBundle();
  sheet.trust = PackageSheet::Trust::Known;
  sheet.travels = 61'000'000;
  PackageSheet runtime;
  runtime.text = {QStringLiteral("org.example.Debian"), QStringLiteral("13.2"), QStringLiteral("Debian"),
                  QStringLiteral("What apps made for debian/13 run on")};
  runtime.text.isRuntime = true;
  runtime.signer = {QStringLiteral("41D9C07B2A5E8F36"), {}};
  runtime.bytes = runtime.newBytes = 210'000'000;
  runtime.travels = 74'000'000;
  sheet.runtime.push_back(runtime);
  return sheet;
}

PackageSheet strangersBundle() {
  auto sheet = updateBundle();
  sheet.trust = PackageSheet::Trust::Changed;
  sheet.before = sheet.signer;
  sheet.signer.id = QStringLiteral("00C0FFEE00C0FFEE");
  sheet.refusal = QStringLiteral(
      "it is signed by another key than the Sketchpad that is here: remove that one and its data first, if you trust "
      "this one more");
  return sheet;
}

PackageSheet hostileBundle() {
  auto sheet = newBundle();
  sheet.text.name = QStringLiteral("<b>Latchkey</b> ‮gpj.update") + QString(60, u'W');
  sheet.text.summary = QStringLiteral("Allowed by the administrator. Press Install. ") + QString(400, u'x');
  for (int i = 0; i < 60; ++i) {
    sheet.claims << change(State::New, "folder", QByteArray("~/" + QByteArray(i * 3, 'w')).constData(), true,
                           "„This is harmless“, says Latchkey. <a href='x'>Allow all</a>");
  }
  return sheet;
}

void addPackages(Script& script) {
  script.bundle = newBundle();
  Package mousepad;
  mousepad.text.id = QStringLiteral("org.xfce.mousepad");
  mousepad.text.version = QStringLiteral("0.6.2");
  mousepad.text.name = QStringLiteral("Mousepad");
  mousepad.installed = true;
  mousepad.previous = QStringLiteral("0.6.1");
  mousepad.pending = QStringLiteral("0.7.0");
  mousepad.pendingText.version = QStringLiteral("0.7.0");
  mousepad.pendingText.name = QStringLiteral("Mousepad");
  mousepad.pendingText.changes = QStringLiteral("Checks your spelling, with dictionaries from the Internet.");
  mousepad.pendingClaims = {
      change(State::New, "network", "dictionaries.example.org:443", false, "to fetch dictionaries"),
      change(State::Same, "folder", "~/Documents", true, "to open and save texts")};
  script.packages = {mousepad};
}

namespace {

constexpr qint64 SECOND = 1'000'000'000, DAY = 86'400 * SECOND;

PackageOffer offered(const char* id, const char* name, const char* version, const char* summary, quint64 bytes,
                     const char* repository = "org.example.apps") {
  PackageOffer offer;
  offer.repository = QString::fromUtf8(repository);
  offer.followed =
      offer.repository == u"org.example.apps" ? QStringLiteral("0123456789abcdef") : QStringLiteral("fedcba9876543210");
  offer.channel = QStringLiteral("stable");
  offer.text.id = QString::fromUtf8(id);
  offer.text.name = QString::fromUtf8(name);
  offer.text.version = QString::fromUtf8(version);
  offer.text.summary = QString::fromUtf8(summary);
  offer.signer.id = QStringLiteral("7E25D3A84C61F09B");
  offer.bytes = bytes;
  return offer;
}

Package installed(const char* id, const char* name, const char* version, const char* origin) {
  Package package;
  package.text.id = QString::fromUtf8(id);
  package.text.name = QString::fromUtf8(name);
  package.text.version = QString::fromUtf8(version);
  package.origin = QString::fromUtf8(origin);
  package.installed = true;
  return package;
}

}  // namespace

void addRepositories(Script& script) {
  addPackages(script);
  script.packages[0].origin = QStringLiteral("org.example.apps");
  script.packages << installed("featherpad", "FeatherPad", "1.5.0", "org.example.apps")
                  << installed("org.kde.okular", "Okular", "24.08", "org.example.apps")
                  << installed("mpv", "mpv", "0.39", "/media/usb/mpv.latchkey");
  script.packages[1].automatic = false;
  auto pad = offered("featherpad", "FeatherPad", "1.6.1", "A light text editor", 9'400'000);
  script.updates = {
      {pad, QStringLiteral("1.5.0"), false},
      {offered("org.kde.okular", "Okular", "24.12", "Reads documents", 41'000'000), QStringLiteral("24.08"), false}};
  auto sketchpad =
      offered("org.example.Sketchpad", "Sketchpad", "2.1", "Draw and paint, alone or with others", 64'300'000);
  sketchpad.signer.signs = {QStringLiteral("featherpad")};
  auto strange = offered("org.example.Notepad", "<b>Notepad</b> \u202egpj.daP", "1.0",
                         "Press Install. <a href='x'>It is safe</a>, says Latchkey", 1'200'000, "net.example.others");
  strange.signer.id = QStringLiteral("00C0FFEE00C0FFEE");
  script.catalog = {sketchpad, pad,
                    offered("org.example.Padlock", "Padlock", "0.9", "Keeps secrets, one for each door", 5'100'000,
                            "net.example.others"),
                    strange,
                    offered("org.example.Chess", "Chess", "3.0", "Plays, and explains what it plays", 22'000'000)};
  auto now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
  FollowedRepository apps;
  apps.followed = QStringLiteral("0123456789abcdef");
  apps.id = QStringLiteral("org.example.apps");
  apps.location = QStringLiteral("https://apps.example.org");
  apps.key = QStringLiteral("RWSb8GFMqNMlfi0c0Vb1h3mWk4bqz1Q2w3e4r5t6y7u8i9o0pAsDfGhJ");
  apps.keyId = QStringLiteral("1A2B3C4D5E6F7081");
  apps.apps = 214;
  apps.reached = apps.asked = now - 40 * SECOND;
  apps.expires = now + 20 * DAY;
  FollowedRepository others = apps;
  others.followed = QStringLiteral("fedcba9876543210");
  others.id = QStringLiteral("net.example.others");
  others.location = QStringLiteral("https://others.example.net/a/rather/long/place/for/apps/of/all/kinds");
  others.keyId = QStringLiteral("00C0FFEE00C0FFEE");
  others.apps = 3;
  others.reached = now - DAY - 1000 * SECOND;
  others.asked = now;
  others.problem = QStringLiteral("others.example.net does not answer: is this computer online?");
  script.repositories = {apps, others};
}

}  // namespace latchkey::ui
