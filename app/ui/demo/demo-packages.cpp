// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-packages.h"

namespace latchkey::ui {
namespace {

using State = ClaimChange::State;

ClaimChange change(State state, const char* kind, const char* target, bool write = false, const char* reason = "") {
  return {state, {QString::fromUtf8(kind), QString::fromUtf8(target), write, QString::fromUtf8(reason)}, {}};
}

}  // namespace

PackageSheet newBundle() {
  PackageSheet sheet;
  sheet.text = {QStringLiteral("org.example.Sketchpad"),
                QStringLiteral("2.1"),
                QStringLiteral("Sketchpad"),
                QStringLiteral("Draw and paint, alone or with others"),
                {}};
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
  mousepad.text = {QStringLiteral("org.xfce.mousepad"), QStringLiteral("0.6.2"), QStringLiteral("Mousepad"), {}, {}};
  mousepad.installed = true;
  mousepad.previous = QStringLiteral("0.6.1");
  mousepad.pending = QStringLiteral("0.7.0");
  mousepad.pendingText = {{},
                          QStringLiteral("0.7.0"),
                          QStringLiteral("Mousepad"),
                          {},
                          QStringLiteral("Checks your spelling, with dictionaries from the Internet.")};
  mousepad.pendingClaims = {
      change(State::New, "network", "dictionaries.example.org:443", false, "to fetch dictionaries"),
      change(State::Same, "folder", "~/Documents", true, "to open and save texts")};
  script.packages = {mousepad};
}

}  // namespace latchkey::ui
