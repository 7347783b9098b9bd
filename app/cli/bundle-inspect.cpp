// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey bundle inspect`: what a bundle says of itself, after its signature held.

#include <stdlib.h>

#include "app/cli/bundle.h"
#include "app/cli/names.h"
#include "app/cli/package-words.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using Report = schema::BundleReport;

std::string joined(capnp::List<capnp::Text>::Reader words) {
  std::string line;
  for (auto word : words) line += (line.empty() ? "" : " ") + text(word);
  return line;
}

std::string sentence(Report::Claim::Reader claim) {
  return text(claim.getKind()) + " " + text(claim.getTarget()) +
         (text(claim.getAccess()) == "write" ? ", to read and change" : "");
}

void printJson(const Call& call, Report::Reader report, const BundleFile& bundle) {
  JsonArray json;
  json.object()
      .field("what", "bundle")
      .field("id", text(report.getId()))
      .field("version", text(report.getVersion()))
      .field("name", text(report.getName()))
      .field("summary", text(report.getSummary()))
      .field("licence", text(report.getLicence()))
      .field("kind", report.getIsRuntime() ? "runtime" : "app")
      .field("runtime", text(report.getRuntime()))
      .field("runtimeName", text(report.getRuntimeName()))
      .field("provides", joined(report.getProvides()))
      .field("signer", bundle.signature.empty() ? "" : bundle.head.signer.idText())
      .field("key", bundle.signature.empty() ? "" : bundle.head.signer.line())
      .field("files", static_cast<int64_t>(report.getFiles()))
      .field("bytes", static_cast<int64_t>(report.getBytes()))
      .flag("own-sandboxes", report.getOwnSandboxes())
      .flag("gpu", report.getGpu())
      .flag("needs-x11", report.getNeedsX());
  for (auto one : report.getCommands()) {
    json.object()
        .field("what", "command")
        .field("name", text(one.getName()))
        .field("command", joined(one.getWords()))
        .field("desktop", text(one.getDesktop()));
  }
  for (auto one : report.getServices())
    json.object().field("what", "service").field("name", text(one.getName())).field("command", joined(one.getWords()));
  for (auto one : report.getClaims()) {
    json.object()
        .field("what", "claim")
        .field("kind", text(one.getKind()))
        .field("target", text(one.getTarget()))
        .field("access", text(one.getAccess()))
        .field("reason", text(one.getReason()));
  }
  for (auto one : report.getOffers())
    json.object().field("what", "offer").field("name", text(one.getName())).field("kind", text(one.getKind()));
  for (auto one : report.getNeeds()) {
    json.object()
        .field("what", "need")
        .field("name", text(one.getName()))
        .field("kind", text(one.getKind()))
        .field("reason", text(one.getReason()));
  }
  call.console.print(json.finish());
}

void printAll(const Call& call, Report::Reader report, const BundleFile& bundle) {
  Table table({"WHAT", ""});
  auto row = [&](const char* what, const std::string& value) {
    if (!value.empty()) table.row({{what, Tone::Faint}, {value}});
  };
  row(report.getIsRuntime() ? "runtime" : "app",
      packageName(report) + " " + text(report.getVersion()) + " (" + text(report.getId()) + ")");
  row("is", joined(report.getProvides()));
  if (!report.getIsRuntime() && text(report.getRuntime()) != "host")
    row("runs on", text(report.getRuntime()) + " (" + text(report.getRuntimeName()) + ")");
  row("says", quoted(packageSummary(report), 300));
  row("licence", text(report.getLicence()));
  row("homepage", text(report.getHomepage()));
  row("size", bundleExtent(report));
  row("signed by", bundle.signature.empty() ? "nobody" : bundle.head.signer.idText());
  for (auto one : report.getCommands()) row("command", text(one.getName()) + ": " + joined(one.getWords()));
  for (auto one : report.getServices()) row("service", text(one.getName()) + ": " + joined(one.getWords()));
  if (report.getOwnSandboxes()) row("wants", "to make sandboxes of its own");
  if (report.getGpu()) row("wants", "to draw with the graphics card");
  if (report.getNeedsX()) row("wants", "an X server of its own");
  for (auto one : report.getOffers()) row("offers", text(one.getKind()) + " " + text(one.getName()));
  for (auto one : report.getNeeds()) row("needs", text(one.getKind()) + " " + text(one.getName()));
  call.console.print(table.text(call.console));
  if (report.getIsRuntime()) return call.console.print("\nIt starts nothing and asks for nothing: apps run on it.\n");
  if (report.getClaims().size() == 0) return call.console.print("\nIt does not say that it will ask for anything.\n");
  call.console.print("\nIt will ask for the following. Nothing of it is given yet.\n\n");
  Table claims({"FOR", "THE AUTHOR SAYS"});
  for (auto one : report.getClaims()) {
    claims.row({{sentence(one), Tone::Strong}, {quotedReason(one)}});
  }
  call.console.print(claims.text(call.console));
}

}  // namespace

int inspectBundle(Call& call) {
  call.atMost(2);
  auto& path = call.word(1, "FILE");
  auto opened = BundleFile::open(path);
  if (auto problem = std::get_if<BundleProblem>(&opened)) return refuseBundle(path, problem->reason);
  auto& bundle = std::get<BundleFile>(opened);
  auto looked = Bundler().look(bundle, call.typed.has("--unsigned") ? Unsigned::Allowed : Unsigned::Refused);
  if (auto problem = std::get_if<BundleProblem>(&looked)) return refuseBundle(path, problem->reason);
  auto report = std::get<std::unique_ptr<BundleReport>>(looked)->get();
  // As bytes, for other programs to check: there is no control character in either but line ends and tabs.
  if (call.typed.has("--digests")) call.console.print(bundle.list);
  else if (call.typed.has("--signature")) call.console.print(bundle.signature);
  else if (call.json()) printJson(call, report, bundle);
  else printAll(call, report, bundle);
  return DONE;
}

}  // namespace latchkey::cli
