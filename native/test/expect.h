// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Expectations that print what was expected and what came, and a main that counts them.
#pragma once

#include <cmath>
#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace test {

inline int& failures() {
  static int count = 0;
  return count;
}

inline std::string& context() {
  static std::string text;
  return text;
}

inline void report(const char* file, int line, const std::string& what) {
  if (++failures() <= 20) {
    fprintf(stderr, "%s:%d: [%s] %s\n", file, line, context().c_str(), what.c_str());
  }
}

template <class A, class B>
void expect_equal(const char* file, int line, const char* text, const A& got, const B& expected) {
  if (got == expected) return;
  std::ostringstream out;
  out << "expected " << text << " to be \"" << expected << "\", got \"" << got << "\"";
  report(file, line, out.str());
}

template <class T>
void expect_list(const char* file, int line, const char* text, const std::vector<T>& got,
                 const std::vector<T>& expected) {
  if (got == expected) return;
  std::ostringstream out;
  out << "expected " << text << " to be";
  for (const T& x : expected) out << ' ' << x;
  out << ", got";
  for (const T& x : got) out << ' ' << x;
  report(file, line, out.str());
}

/// |got - expected| <= tolerance * max(1, |expected|), or both are the same NaN or infinity.
inline void expect_near(const char* file, int line, const char* text, double got, double expected,
                        double tolerance) {
  if (std::isnan(expected) ? std::isnan(got) : got == expected) return;
  if (std::fabs(got - expected) <= tolerance * std::fmax(1.0, std::fabs(expected))) return;
  std::ostringstream out;
  out.precision(9);
  out << "expected " << text << " to be " << expected << " within " << tolerance << ", got " << got;
  report(file, line, out.str());
}

/// Runs a test under a name that failures are printed with.
inline void run(const std::string& name, const std::function<void()>& body) {
  context() = name;
  body();
}

inline int result() {
  if (failures() > 0) fprintf(stderr, "%d expectations failed\n", failures());
  return failures() > 0 ? 1 : 0;
}

}  // namespace test

#define EXPECT_EQUAL(got, expected) test::expect_equal(__FILE__, __LINE__, #got, (got), (expected))
#define EXPECT_LIST(got, ...) test::expect_list(__FILE__, __LINE__, #got, (got), __VA_ARGS__)
#define EXPECT_NEAR(got, expected, tolerance) \
  test::expect_near(__FILE__, __LINE__, #got, (got), (expected), (tolerance))
