// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "emulation/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#if !defined(__x86_64__)
#error "The emulation switches stacks with x86-64 instructions."
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TKZ_ADDRESS_SANITIZER  // as Clang says it
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TKZ_ADDRESS_SANITIZER  // as GCC does
#endif
#if defined(TKZ_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

// Saves the callee-saved registers on the current stack, stores its pointer in *from and takes up
// the stack `to`, which was left the same way.
extern "C" void tkz_emulation_switch(void** from, void* to);
asm(R"(
.text
.type tkz_emulation_switch, @function
tkz_emulation_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size tkz_emulation_switch, . - tkz_emulation_switch
)");

namespace tkz::emulation {
namespace {

constexpr size_t kGuard = 4096;
constexpr size_t kStack = 256 * 1024;  // touched pages only; the sanitizers need the room
constexpr int kSavedRegisters = 6;

}  // namespace

Fiber::Fiber(void (*entry)())
    : memory_(mmap(nullptr, kGuard + kStack, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (memory_ == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory_, kGuard, PROT_NONE);
  // The first switch pops zeros into the registers and returns into `entry`, with the stack as a
  // call would leave it: 8 bytes off a multiple of 16.
  auto** top = reinterpret_cast<void**>(static_cast<char*>(memory_) + kGuard + kStack) - 2;
  *top = reinterpret_cast<void*>(entry);
  stack_pointer_ = top - kSavedRegisters;
}

Fiber::~Fiber() { munmap(memory_, kGuard + kStack); }

void Fiber::resume() {
#if defined(TKZ_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(&caller_frames_, static_cast<char*>(memory_) + kGuard, kStack);
#endif
  tkz_emulation_switch(&caller_, stack_pointer_);
#if defined(TKZ_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(caller_frames_, nullptr, nullptr);
#endif
}

void Fiber::suspend() {
#if defined(TKZ_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(&own_frames_, caller_stack_, caller_stack_size_);
#endif
  tkz_emulation_switch(&stack_pointer_, caller_);
  arrive();
}

void Fiber::arrive() {
#if defined(TKZ_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(own_frames_, &caller_stack_, &caller_stack_size_);
#endif
}

}  // namespace tkz::emulation
