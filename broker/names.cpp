// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/names.h"

#include "broker/base/text.h"
#include "broker/holder.h"

namespace latchkey {
namespace {

constexpr size_t MAX_NAME = 80;

std::string keyOf(const std::string& app) { return "name:" + app; }

}  // namespace

std::string Names::of(const std::string& holder) const {
  if (auto id = machineOfHolder(holder); !id.empty()) {
    KJ_IF_MAYBE (machine, m_ledger.machine(id)) return machine->petname;
  }
  auto at = holder.rfind('@');
  auto app = holder.substr(0, at);
  auto petname = m_ledger.settings(holder).petname;
  if (!petname.empty()) return petname;
  auto name = m_ledger.settings(app).petname;
  if (name.empty()) name = m_ledger.fact(keyOf(app));
  if (name.empty()) name = brief(plainName(app), MAX_NAME);
  return at == holder.npos ? name : name + " (" + holder.substr(at + 1) + ")";
}

void Names::learn(const std::string& app, const std::string& name) {
  auto plain = brief(name, MAX_NAME);
  if (!plain.empty() && m_ledger.fact(keyOf(app)) != plain) m_ledger.noteFact(keyOf(app), plain);
}

}  // namespace latchkey
