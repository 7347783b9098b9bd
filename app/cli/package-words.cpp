// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/package-words.h"

#include <format>

#include "app/cli/names.h"
#include "broker/base/text.h"
#include "launcher/desktop/desktop-places.h"
#include "launcher/desktop/in-language.h"

namespace latchkey::cli {
namespace {

constexpr size_t LONGEST_TARGET = 200, LONGEST_REASON = 300;
constexpr size_t MOST_NAMED = 3;

std::string abilityWords(const std::string& ability) {
  if (ability == "own-sandboxes") return "to make sandboxes of its own inside, as browsers do";
  if (ability == "gpu") return "to draw with the graphics card";
  if (ability == "needs-x11") return "a screen of the old kind (X11); it gets one of its own";
  return "the ability " + ability;
}

std::string limitWords(const std::string& target) {
  auto equals = target.find('=');
  auto amount = equals == target.npos ? "" : target.substr(equals + 1);
  if (target.starts_with("memory=")) {
    bool number = !amount.empty() && amount.size() < 19 && amount.find_first_not_of("0123456789") == amount.npos;
    return "at most " + (number ? byteWords(std::stoull(amount)) : amount) + " of memory";
  }
  if (target.starts_with("processes=")) return "at most " + amount + " processes";
  if (target.starts_with("cpu=")) return "at most " + amount + " % of one processor";
  return "the limit " + target;
}

template <typename List, typename Get>
std::string inOwnLanguage(List list, Get get, capnp::Text::Reader otherwise) {
  return inLanguage(list, DesktopPlaces::fromEnvironment().locale, get, otherwise);
}

}  // namespace

std::string quoted(std::string_view untrusted, size_t characters) {
  auto shown = brief(untrusted, characters);
  for (std::string_view mark : {"\u201c", "\u201d"}) {
    for (auto at = shown.find(mark); at != shown.npos; at = shown.find(mark, at)) shown.replace(at, mark.size(), "\"");
  }
  return "\u201c" + shown + "\u201d";
}

std::string claimWords(PackageClaim claim) {
  auto kind = text(claim.getKind());
  auto target = brief(text(claim.getTarget()), LONGEST_TARGET);
  bool write = claim.getAccess() == "write";
  if (kind == "file") return (write ? "to open and change the file " : "to open the file ") + target;
  if (kind == "folder") return (write ? "to see and change everything in " : "to see everything in ") + target;
  if (kind == "network") return "to connect with " + target;
  if (kind == "listen") return "to be reached by others at " + target;
  if (kind == "service") return "to use the service " + target;
  if (kind == "desktop") return "to use of the desktop: " + target;
  if (kind == "device") return "to use the device " + target;
  if (kind == "app") return "to use the app " + target;
  if (kind == "window") return "to see the window " + target;
  if (kind == "ability") return abilityWords(target);
  if (kind == "limit") return limitWords(target);
  if (kind == "slot") return "another app that fills its slot " + target;
  return brief(kind, 30) + " " + target;
}

std::string claimName(PackageClaim claim) { return text(claim.getKind()) + ":" + text(claim.getTarget()); }

std::string quotedReason(PackageClaim claim) {
  auto reason = inOwnLanguage(claim.getReasons(), [](auto one) { return one.getText(); }, claim.getReason());
  return reason.empty() ? "" : quoted(reason, LONGEST_REASON);
}

std::string signerWords(schema::Signer::Reader signer, schema::Trust trust) {
  auto words = "the key " + brief(text(signer.getId()), 32);
  auto signs = signer.getSigns();
  switch (trust) {
    case schema::Trust::KNOWN: return words + ", which also signed it before";
    case schema::Trust::CHANGED: return words + ", which is NOT who signed it before";
    case schema::Trust::FIRST_SEEN: break;
  }
  if (signs.size() == 0) return words + ", seen for the first time: nothing here says whose it is";
  words += ", new for this app, which also signed ";
  for (unsigned i = 0; i < signs.size() && i < MOST_NAMED; ++i)
    words += (i == 0 ? "" : ", ") + brief(text(signs[i]), 60);
  return signs.size() > MOST_NAMED ? words + std::format(" and {} more", signs.size() - MOST_NAMED) : words;
}

std::string byteWords(uint64_t bytes) {
  auto size = static_cast<double>(bytes);
  if (size < 1e6) return std::format("{:.1f} kB", size / 1e3);
  return size < 1e9 ? std::format("{:.1f} MB", size / 1e6) : std::format("{:.1f} GB", size / 1e9);
}

std::string packageName(schema::BundleReport::Reader report) {
  return brief(inOwnLanguage(report.getTranslations(), [](auto one) { return one.getName(); }, report.getName()), 100);
}

std::string packageSummary(schema::BundleReport::Reader report) {
  return inOwnLanguage(report.getTranslations(), [](auto one) { return one.getSummary(); }, report.getSummary());
}

std::string packageChanges(schema::BundleReport::Reader report) {
  return inOwnLanguage(report.getTranslations(), [](auto one) { return one.getChanges(); }, report.getChanges());
}

}  // namespace latchkey::cli
