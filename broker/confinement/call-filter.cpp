// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confinement/call-filter.h"

#include <errno.h>
#include <kj/debug.h>
#include <seccomp.h>

#include <vector>

namespace latchkey {
namespace {

uint32_t failing(int error) { return SCMP_ACT_ERRNO(static_cast<uint32_t>(error)); }

void require(int result, const char* what) { KJ_REQUIRE(result == 0 || result == -EEXIST, what, -result); }

scmp_arg_cmp comparison(const CallFilter::Condition& condition) {
  if (condition.differs) return {condition.argument, SCMP_CMP_NE, condition.value, 0};
  if (condition.mask == ~uint64_t{0}) return {condition.argument, SCMP_CMP_EQ, condition.value, 0};
  return {condition.argument, SCMP_CMP_MASKED_EQ, condition.mask, condition.value};
}

}  // namespace

CallFilter::CallFilter(Allowed) : m_context(seccomp_init(SCMP_ACT_ALLOW)) {
  KJ_REQUIRE(m_context != nullptr, "seccomp_init");
}

CallFilter::CallFilter(int error) : m_context(seccomp_init(failing(error))) {
  KJ_REQUIRE(m_context != nullptr, "seccomp_init");
}

CallFilter::~CallFilter() { seccomp_release(m_context); }

void CallFilter::allow(const char* name, Conditions conditions) { add(SCMP_ACT_ALLOW, name, conditions); }

void CallFilter::allow(std::span<const char* const> names) {
  for (auto* name : names) allow(name);
}

void CallFilter::deny(int error, const char* name, Conditions conditions) { add(failing(error), name, conditions); }

void CallFilter::deny(int error, std::span<const char* const> names) {
  for (auto* name : names) deny(error, name);
}

void CallFilter::coverAllWays() {
  require(seccomp_attr_set(m_context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW), "seccomp_attr_set");
  if (seccomp_arch_native() == SCMP_ARCH_X86_64) {
    for (uint32_t other : {SCMP_ARCH_X86, SCMP_ARCH_X32})
      require(seccomp_arch_add(m_context, other), "seccomp_arch_add");
  }
  if (seccomp_arch_native() == SCMP_ARCH_AARCH64) {
    require(seccomp_arch_add(m_context, SCMP_ARCH_ARM), "seccomp_arch_add");
  }
}

void CallFilter::load() { require(seccomp_load(m_context), "seccomp_load"); }

void CallFilter::add(uint32_t action, const char* name, Conditions conditions) {
  int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) return;
  std::vector<scmp_arg_cmp> all;
  for (auto& condition : conditions) all.push_back(comparison(condition));
  auto result = seccomp_rule_add_array(m_context, action, number, static_cast<unsigned>(all.size()), all.data());
  // Below 0 are the names of other processors' calls.
  if (number >= 0) require(result, name);
}

std::set<int> CallFilter::numbers(std::span<const char* const> names) {
  std::set<int> all;
  for (auto* name : names) all.insert(seccomp_syscall_resolve_name(name));
  return all;
}

}  // namespace latchkey
