// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/report.h"

namespace latchkey {
namespace {

template <typename List, typename Builder>
void words(const List& from, Builder to) {
  for (unsigned i = 0; i < from.size(); ++i) to.set(i, from[i].c_str());
}

template <typename Builder>
void reasons(const std::vector<Worded>& from, Builder to) {
  for (unsigned i = 0; i < from.size(); ++i) {
    to[i].setLanguage(from[i].language.c_str());
    to[i].setText(from[i].text.c_str());
  }
}

void slots(const std::vector<BundleManifest::Slot>& from, capnp::List<schema::BundleReport::Slot>::Builder to) {
  for (unsigned i = 0; i < from.size(); ++i) {
    to[i].setName(from[i].name.c_str());
    to[i].setKind(from[i].kind.c_str());
    to[i].setService(from[i].service.c_str());
    to[i].setReason(from[i].reason.c_str());
    reasons(from[i].reasons, to[i].initReasons(static_cast<unsigned>(from[i].reasons.size())));
  }
}

unsigned count(const auto& list) { return static_cast<unsigned>(list.size()); }

void texts(const BundleManifest& from, schema::BundleReport::Builder to) {
  to.setId(from.id.c_str());
  to.setVersion(from.version.c_str());
  to.setName(from.name.c_str());
  to.setSummary(from.summary.c_str());
  to.setDescription(from.description.c_str());
  to.setChanges(from.changes.c_str());
  to.setLicence(from.licence.c_str());
  to.setHomepage(from.homepage.c_str());
  to.setIcon(from.icon.c_str());
  to.setAppstream(from.appstream.c_str());
  to.setRuntime(from.runtime.c_str());
  to.setRuntimeName(from.runtimeName.c_str());
  to.setIsRuntime(from.kind == BundleManifest::Kind::Runtime);
  words(from.provides, to.initProvides(count(from.provides)));
  auto translations = to.initTranslations(count(from.translations));
  for (unsigned i = 0; i < translations.size(); ++i) {
    auto& one = from.translations[i];
    translations[i].setLanguage(one.language.c_str());
    translations[i].setName(one.name.c_str());
    translations[i].setSummary(one.summary.c_str());
    translations[i].setDescription(one.description.c_str());
    translations[i].setChanges(one.changes.c_str());
  }
}

void programs(const BundleManifest& from, schema::BundleReport::Builder to) {
  auto commands = to.initCommands(count(from.commands));
  for (unsigned i = 0; i < commands.size(); ++i) {
    auto& one = from.commands[i];
    commands[i].setName(one.name.c_str());
    words(one.words, commands[i].initWords(count(one.words)));
    commands[i].setDesktop(one.desktop.c_str());
  }
  auto services = to.initServices(count(from.services));
  for (unsigned i = 0; i < services.size(); ++i) {
    auto& one = from.services[i];
    services[i].setName(one.name.c_str());
    words(one.words, services[i].initWords(count(one.words)));
    auto listen = services[i].initListen(count(one.listen));
    for (unsigned k = 0; k < listen.size(); ++k) listen.set(k, one.listen[k]);
  }
}

void claims(const BundleManifest& from, schema::BundleReport::Builder to) {
  auto claims = to.initClaims(count(from.claims));
  for (unsigned i = 0; i < claims.size(); ++i) {
    auto& one = from.claims[i];
    claims[i].setKind(one.kind.c_str());
    claims[i].setTarget(one.target.c_str());
    claims[i].setAccess(one.access.c_str());
    claims[i].setReason(one.reason.c_str());
    reasons(one.reasons, claims[i].initReasons(count(one.reasons)));
  }
}

}  // namespace

void report(const BundleContents& contents, schema::BundleReport::Builder to) {
  auto& manifest = contents.manifest;
  texts(manifest, to);
  programs(manifest, to);
  claims(manifest, to);
  to.setOwnSandboxes(manifest.ownSandboxes);
  to.setGpu(manifest.gpu);
  to.setNeedsX(manifest.needsX);
  to.setMemoryLimit(manifest.memoryLimit);
  to.setProcessLimit(manifest.processLimit);
  to.setCpuPercent(manifest.cpuPercent);
  slots(manifest.offers, to.initOffers(count(manifest.offers)));
  slots(manifest.needs, to.initNeeds(count(manifest.needs)));
  to.setFiles(count(contents.list.entries));
  to.setBytes(contents.list.bytes());
}

}  // namespace latchkey
