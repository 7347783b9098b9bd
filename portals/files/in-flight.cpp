// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/in-flight.h"

#include <errno.h>
#include <kj/debug.h>
#include <linux/fuse.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <new>

namespace latchkey::files {
namespace {

constexpr size_t PLACES = 1 << 14;       // Power of two.
constexpr size_t MOST_STEPS = 64;        // To a free place.
constexpr size_t CONNECTIONS = 1 << 10;  // More than there are: two that share a place are looked for in vain.
constexpr uint64_t NUMBER_STEP = 2;      // Odd numbers are the kernel's for interrupts.
constexpr uint64_t STRAYS = 512 * NUMBER_STEP;

uint64_t keyOf(uint64_t connection, uint64_t request) { return request << 16 | (connection & 0xffff); }

size_t placeOf(uint64_t key, size_t step) {
  return static_cast<size_t>((key * 0x9e37'79b9'7f4a'7c15) >> 40) + step & (PLACES - 1);
}

bool isAnswered(uint32_t opcode) {
  return opcode != FUSE_FORGET && opcode != FUSE_BATCH_FORGET && opcode != FUSE_INTERRUPT &&
         opcode != FUSE_NOTIFY_REPLY;
}

void refuseOne(int fuse, uint64_t request) {
  fuse_out_header answer{};
  answer.len = sizeof answer;
  answer.error = -ENOTCONN;
  answer.unique = request;
  (void)!write(fuse, &answer, sizeof answer);  // ENOENT: there is none of that number.
}

}  // namespace

struct InFlight::Table {
  std::array<std::atomic<uint64_t>, PLACES> requests;
  std::array<std::atomic<uint64_t>, CONNECTIONS> latest;

  void saw(uint64_t connection, uint64_t request) {
    latest[connection % CONNECTIONS].store(request, std::memory_order_relaxed);
  }
};

InFlight::InFlight() {
  static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");
  void* memory = mmap(nullptr, sizeof(Table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) KJ_FAIL_SYSCALL("mmap", errno);
  m_table = new (memory) Table;  // All zeros, which costs no memory before it is used.
}

InFlight::~InFlight() { munmap(m_table, sizeof(Table)); }

void InFlight::noteRead(uint64_t connection, const void* request, size_t length) {
  fuse_in_header header;
  if (length < sizeof header) return;
  memcpy(&header, request, sizeof header);
  if (!isAnswered(header.opcode)) return;
  m_table->saw(connection, header.unique);
  auto key = keyOf(connection, header.unique);
  for (size_t step = 0; step < MOST_STEPS; ++step) {
    uint64_t free = 0;
    if (m_table->requests[placeOf(key, step)].compare_exchange_strong(free, key, std::memory_order_relaxed)) return;
  }
}

void InFlight::noteAnswered(uint64_t connection, uint64_t request) {
  if (request == 0) return;  // Told, not asked.
  m_table->saw(connection, request);
  auto key = keyOf(connection, request);
  for (size_t step = 0; step < MOST_STEPS; ++step) {
    auto& place = m_table->requests[placeOf(key, step)];
    if (place.load(std::memory_order_relaxed) == key) return place.store(0, std::memory_order_relaxed);
  }
}

void InFlight::refuse(uint64_t connection, int fuse) const {
  for (auto& place : m_table->requests) {
    auto key = place.load(std::memory_order_relaxed);
    if (key != 0 && (key & 0xffff) == (connection & 0xffff)) refuseOne(fuse, key >> 16);
  }
  auto latest = m_table->latest[connection % CONNECTIONS].load(std::memory_order_relaxed);
  auto first = latest > STRAYS ? latest - STRAYS : NUMBER_STEP;
  for (auto number = first; number <= latest + STRAYS; number += NUMBER_STEP) refuseOne(fuse, number);
}

}  // namespace latchkey::files
