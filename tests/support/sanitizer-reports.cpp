// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Linked into every program of a sanitized build, so that no report is lost: our processes start each other with hardly
// any environment and with nothing where their errors go, and a test sees only that something answered "no". What is
// found is written to files of its own instead, whatever the environment says, and the last "test" of such a run fails
// for each of them (tests/support/check-reports).

#include <sys/prctl.h>

#define OPTIONS "log_path=" LATCHKEY_REPORTS "/report:log_exe_name=1:print_stacktrace=1"

extern "C" {

// KJ looks whether some of its objects are on the stack: with the stack that detects use after return, they are not.
__attribute__((used, visibility("default"))) const char* __asan_default_options() {
  return OPTIONS ":check_initialization_order=1:detect_stack_use_after_return=0";
}

__attribute__((used, visibility("default"))) const char* __ubsan_default_options() { return OPTIONS; }

// Qt's own libraries are not built for this: what happens wholly inside them is theirs, and their locks are not seen.
__attribute__((used, visibility("default"))) const char* __tsan_default_options() {
  return OPTIONS ":ignore_noninstrumented_modules=1:second_deadlock_stack=1";
}

// Looking for leaks means tracing oneself, which a process that has hardened itself and one in a sandbox cannot. What
// the broker and the portals leak shows in the tests that have the same classes in their own process.
__attribute__((used, visibility("default"))) int __lsan_is_turned_off() {
  return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1 || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0;
}

__attribute__((used, visibility("default"))) const char* __lsan_default_options() { return "print_suppressions=0"; }

// What others keep until the end.
__attribute__((used, visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\n"
         "leak:libQt6\n"
         "leak:libglib-2.0.so\n"
         "leak:libdbus-1.so\n";
}
}
