// SPDX-License-Identifier: Apache-2.0
// Catch for tests of code whose headers use our own CHECK. Catch has a macro of that name too, so
// this header comes after all of ours ("tests/w" sorts last), and such tests use REQUIRE only.
#pragma once

#undef CHECK
#include <catch2/catch.hpp>
