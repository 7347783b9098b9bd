// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A filter of system calls for one of our own processes, put together by name and loaded into it.
//
// For the filters of apps, which are compiled when Latchkey is built, see launcher/sandbox/seccomp-builder.h.

#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>

namespace latchkey {

class CallFilter {
public:
  // On one argument, counted from 0. Where the kernel takes 32 of its 64 bits, ask for the low half.
  struct Condition {
    unsigned argument = 0;
    uint64_t mask = 0;
    uint64_t value = 0;
    bool differs = false;
  };
  static Condition is(unsigned argument, uint64_t value) { return {argument, ~uint64_t{0}, value}; }
  static Condition isNot(unsigned argument, uint64_t value) { return {argument, ~uint64_t{0}, value, true}; }
  static Condition low(unsigned argument, uint64_t value) { return {argument, 0xffffffff, value}; }
  static Condition none(unsigned argument, uint64_t bits) { return {argument, bits, 0}; }
  static Condition all(unsigned argument, uint64_t bits) { return {argument, bits, bits}; }
  using Conditions = std::initializer_list<Condition>;

  // What becomes of a call that no rule is about: it is let through, or fails with that error.
  struct Allowed {};
  explicit CallFilter(Allowed);
  explicit CallFilter(int error);
  ~CallFilter();
  CallFilter(const CallFilter&) = delete;
  CallFilter& operator=(const CallFilter&) = delete;

  // A name that this machine's library does not know, or its processor does not have, is passed over: allowed, it
  // would never be called, and denied, an allow list denies it anyway.
  void allow(const char* name, Conditions = {});
  void allow(std::span<const char* const> names);
  void deny(int error, const char* name, Conditions = {});
  void deny(int error, std::span<const char* const> names);

  // The same rules for the other ways into this kernel (32 bit, x32). Without it, a call by one of them ends the
  // process.
  void coverAllWays();

  // Cannot be taken back. Holds for this thread and all that come from it: before the first of the others.
  void load();

  // Numbers of those calls, here.
  static std::set<int> numbers(std::span<const char* const> names);

private:
  void add(uint32_t action, const char* name, Conditions);

  void* m_context;
};

}  // namespace latchkey
