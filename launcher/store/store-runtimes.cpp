// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Store: apps and what they run on.

#include <kj/exception.h>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "launcher/store/layout.h"
#include "launcher/store/store.h"

namespace latchkey::store {
namespace {
constexpr size_t MOST_NAMED = 5;
}

std::unique_ptr<BundleReport> Store::reportOf(const std::string& id, const std::string& name) const {
  auto deploy = name.empty() ? kj::AutoCloseFd() : tryEnter(app(id), "versions/" + name);
  return deploy.get() < 0 ? nullptr : readReport(deploy);
}

// Also of what cannot be read: nothing.
std::optional<Record> Store::readableRecord(const std::string& id) const {
  std::optional<Record> record;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { record = tryRecord(id); })) (void)exception;
  return record;
}

std::vector<std::string> Store::needing(const std::string& runtime) const {
  std::vector<std::string> apps;
  for (auto& id : ids()) {
    auto record = readableRecord(id);
    if (!record) continue;
    for (auto* deploy : {&record->current, &record->pending}) {
      auto report = reportOf(id, *deploy);
      auto need = report ? runtimeOf(report->get()) : std::nullopt;
      if (!need || need->id != runtime) continue;
      apps.push_back(id);
      break;
    }
  }
  return apps;
}

bool Store::isAccepted(const PublicKey& key) const {
  for (auto& id : ids()) {
    auto record = readableRecord(id);
    if (record && !record->current.empty() && record->signer == key) return true;
  }
  return false;
}

// What has data and grants under its id does not become what others run on, nor the other way round.
std::string Store::objectionToKind(const Record& record, schema::BundleReport::Reader report) const {
  auto shown = brief(record.id, 200);
  auto current = reportOf(record.id, record.current);
  if (report.getIsRuntime()) {
    bool wasApp = current ? !current->get().getIsRuntime() : record.current.empty() && hasData(record.id);
    return wasApp ? shown + " is an app here, and this is a runtime: remove the app with its data first" : "";
  }
  bool wasRuntime = current && current->get().getIsRuntime();
  return wasRuntime ? shown + " is a runtime here, and this is an app: remove the runtime first" : "";
}

// Why an app has nothing to run on; empty: it has.
std::string Store::objectionToRuntimeOf(schema::BundleReport::Reader app,
                                        std::optional<schema::BundleReport::Reader> coming) const {
  auto need = runtimeOf(app);
  if (!need) return {};
  if (coming && need->id == coming->getId().cStr()) return objectionToRuntime(*coming, *need);
  auto record = tryRecord(need->id);
  auto report = record ? reportOf(need->id, record->current) : nullptr;
  if (!report) return "it runs on " + need->text() + ", which is not installed: install that first";
  return objectionToRuntime(report->get(), *need);
}

// Why this version of a runtime would leave an app with nothing to run on; empty: it would not.
std::string Store::objectionOfThoseOn(const std::string& id, schema::BundleReport::Reader next) const {
  for (auto& app : needing(id)) {
    auto record = tryRecord(app);
    for (auto& deploy : {record->current, record->pending}) {
      auto report = reportOf(app, deploy);
      auto need = report ? runtimeOf(report->get()) : std::nullopt;
      if (!need || need->id != id) continue;
      auto problem = objectionToRuntime(next, *need);
      if (!problem.empty()) return brief(app, 200) + " runs on it, and " + problem;
    }
  }
  return {};
}

// Fails where an installed app needs it.
void Store::requireUnneeded(const std::string& id) const {
  std::string names;
  auto apps = needing(id);
  for (size_t i = 0; i < apps.size() && i < MOST_NAMED; ++i) names += (i == 0 ? "" : ", ") + brief(apps[i], 100);
  if (apps.empty()) return;
  if (apps.size() > MOST_NAMED) names += " and " + std::to_string(apps.size() - MOST_NAMED) + " more";
  fail("the runtime " + brief(id, 200) + " is needed by " + names + ": remove what needs it first");
}

}  // namespace latchkey::store
