// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/package-sheet.h"

#include <format>

#include "app/cli/names.h"
#include "app/cli/package-words.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using State = schema::ClaimChange::State;
using Step = schema::Sheet::Step;

constexpr size_t LONGEST_SUMMARY = 200, LONGEST_CHANGES = 600;

std::string row(const Console& console, std::string_view what, const std::string& value) {
  std::string title(what);
  title.append(title.size() < 12 ? 12 - title.size() : 1, ' ');
  return console.toned(title, Tone::Faint) + value + "\n";
}

std::string stepWords(schema::Sheet::Reader sheet) {
  auto installed = brief(text(sheet.getInstalled()), 64);
  switch (sheet.getStep()) {
    case Step::INSTALL: return "new here";
    case Step::UPDATE: return "update from " + installed;
    case Step::SAME: return "this very version is installed";
    case Step::OLDER: return "not newer than the installed " + installed;
  }
  return {};
}

std::string sizeWords(schema::Sheet::Reader sheet) {
  auto words = byteWords(sheet.getBytes());
  if (sheet.getNewBytes() < sheet.getBytes())
    words += ", of which " + byteWords(sheet.getNewBytes()) + " are not here yet";
  return words + " (" + byteWords(sheet.getFree()) + " are free)";
}

// Sign and words of a state that is worth a word in an update.
std::string_view signOf(State state) {
  switch (state) {
    case State::NEW: return "+ ";
    case State::WIDER: return "+ ";
    case State::NARROWER:
    case State::GONE: return "- ";
    case State::SAME: break;
  }
  return "  ";
}

std::string_view remarkOf(State state) {
  switch (state) {
    case State::NEW: return "new: ";
    case State::WIDER: return "more than before: ";
    case State::NARROWER: return "less than before: ";
    case State::GONE: return "no more: ";
    case State::SAME: break;
  }
  return "";
}

std::string claimLine(schema::ClaimChange::Reader change, bool update, const Console& console) {
  auto state = change.getState();
  auto claim = state == State::GONE && change.hasBefore() ? change.getBefore() : change.getClaim();
  std::string line = update ? std::string(signOf(state)) + std::string(remarkOf(state)) : "  ";
  line += console.toned(claimWords(claim), Tone::Strong);
  if (state == State::WIDER && change.hasBefore()) line += " (before: " + claimWords(change.getBefore()) + ")";
  auto reason = quotedReason(claim);
  return line + (reason.empty() ? "" : "\n      " + reason) + "\n";
}

}  // namespace

std::string claimLines(ClaimChanges claims, bool update, const Console& console) {
  std::string lines;
  unsigned same = 0;
  for (auto change : claims) {
    if (update && change.getState() == State::SAME) ++same;
    else lines += claimLine(change, update, console);
  }
  if (same > 0) lines += std::format("  and as before: {} more\n", same);
  return lines;
}

std::string sheetText(schema::Sheet::Reader sheet, const Console& console) {
  auto report = sheet.getReport();
  auto out = console.toned(packageName(report), Tone::Strong) + " " + brief(text(report.getVersion()), 64) + "  " +
             console.toned(brief(text(report.getId()), 200), Tone::Faint) + "\n";
  if (auto summary = packageSummary(report); !summary.empty())
    out += row(console, "It says", quoted(summary, LONGEST_SUMMARY));
  out += row(console, "Signed by", signerWords(sheet.getSigner(), sheet.getTrust()));
  if (sheet.hasBefore() && sheet.getBefore().getId().size() > 0)
    out += row(console, "Before", "the key " + brief(text(sheet.getBefore().getId()), 32));
  out += row(console, "Here", stepWords(sheet));
  if (auto changes = packageChanges(report); sheet.getStep() == Step::UPDATE && !changes.empty())
    out += row(console, "Changes", quoted(changes, LONGEST_CHANGES));
  if (report.getIsRuntime()) {
    std::string is;
    for (auto name : report.getProvides()) is += (is.empty() ? "" : ", ") + brief(text(name), 64);
    out += row(console, "Is", "a runtime, " + is + ": apps run on it");
  } else if (auto runtime = text(report.getRuntime()); !runtime.empty() && runtime != "host") {
    out += row(console, "Runs on", brief(runtime, 200) + " (" + brief(text(report.getRuntimeName()), 64) + ")");
  }
  out += row(console, "Size", sizeWords(sheet));
  if (report.getIsRuntime()) return out + "\nIt starts nothing and asks for nothing.\n";
  bool update = sheet.getStep() != Step::INSTALL;
  auto claims = claimLines(sheet.getClaims(), update, console);
  out += claims.empty() ? "\nIt says that it will ask for nothing.\n" : "\nIt says that it will ask:\n" + claims;
  out += "Nothing of this is given by installing it: you are asked when it comes to it.\n";
  if (!sheet.hasRuntime()) return out;
  return out + "\nWhat it runs on is not here, and is installed with it:\n" + sheetText(sheet.getRuntime(), console);
}

}  // namespace latchkey::cli
