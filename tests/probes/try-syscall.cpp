// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// try-syscall: makes the system calls it is told to, and prints what each returned, one number a line.
//
//   try-syscall NUMBER [ARGUMENT...] [, NUMBER [ARGUMENT...]]...
//
// An argument is a number (decimal, 0x...), `@` for the address of a buffer of zeros, or `=TEXT` for the address of
// TEXT. Each call is made as is: no C library stands between it and the kernel.

using Word = unsigned long;

namespace {

alignas(64) char buffer[4096];

#if defined(__x86_64__)
long call(const Word* a) {
  long result;
  register Word r10 asm("r10") = a[4];
  register Word r8 asm("r8") = a[5];
  register Word r9 asm("r9") = a[6];
  asm volatile("syscall"
               : "=a"(result)
               : "a"(a[0]), "D"(a[1]), "S"(a[2]), "d"(a[3]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
constexpr Word WRITE = 1, EXIT = 231;
asm(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
#elif defined(__i386__)
long call(const Word* a) {
  long result;
  asm volatile(
      "push %%ebp\n push %%ebx\n push %%esi\n push %%edi\n"
      "mov %1, %%eax\n"
      "mov 4(%%eax), %%ebx\n mov 8(%%eax), %%ecx\n mov 12(%%eax), %%edx\n mov 16(%%eax), %%esi\n mov 20(%%eax), %%edi\n"
      "mov 24(%%eax), %%ebp\n mov (%%eax), %%eax\n"
      "int $0x80\n"
      "pop %%edi\n pop %%esi\n pop %%ebx\n pop %%ebp\n"
      : "=a"(result)
      : "a"(a)
      : "ecx", "edx", "memory");
  return result;
}
constexpr Word WRITE = 4, EXIT = 252;
asm(".globl _start\n_start: mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call begin\n");
#endif

bool isComma(const char* word) { return word[0] == ',' && word[1] == '\0'; }

Word argument(const char* word) {
  if (word[0] == '@') return reinterpret_cast<Word>(buffer);
  if (word[0] == '=') return reinterpret_cast<Word>(word + 1);
  bool negative = word[0] == '-';
  if (negative) ++word;
  Word value = 0;
  bool hex = word[0] == '0' && word[1] == 'x';
  for (word += hex ? 2 : 0; *word != '\0'; ++word) {
    auto digit = *word <= '9' ? *word - '0' : *word - 'a' + 10;
    value = value * (hex ? 16 : 10) + static_cast<Word>(digit);
  }
  return negative ? -value : value;
}

void print(long value) {
  char text[24];
  int at = sizeof text;
  bool negative = value < 0;
  auto rest = negative ? -static_cast<Word>(value) : static_cast<Word>(value);
  text[--at] = '\n';
  do {
    text[--at] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (negative) text[--at] = '-';
  Word write[7] = {WRITE, 1, reinterpret_cast<Word>(text + at), sizeof text - static_cast<Word>(at), 0, 0, 0};
  call(write);
}

}  // namespace

extern "C" [[noreturn]] void begin(Word* stack) {
  auto count = stack[0];
  auto words = reinterpret_cast<const char* const*>(stack + 1);
  for (Word i = 1; i < count; ++i) {
    Word made[7] = {};
    for (unsigned part = 0; i < count && !isComma(words[i]); ++i, ++part) {
      if (part < 7) made[part] = argument(words[i]);
    }
    print(call(made));
  }
  Word exit[7] = {EXIT, 0, 0, 0, 0, 0, 0};
  for (;;) call(exit);
}
