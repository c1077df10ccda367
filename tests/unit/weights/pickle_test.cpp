#include "framework/nn/weights/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/core/error.h"

namespace ag::weights {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;
using Kind = PickleObject::Kind;

std::string complaint(const std::string& bytes) {
  try {
    Pickle::read(bytes, "file");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Pickle, numbers_of_all_widths) {
  struct Case {
    std::string bytes;
    std::int64_t value;
  };
  // As pickletools.dis shows what pickle.dumps makes of these numbers.
  for (const auto& [bytes, value] :
       {Case{"K\x07."s, 7}, Case{"M\x00\x01."s, 256}, Case{"J\xff\xff\xff\xff."s, -1},
        Case{"\x8a\x05\x00\x00\x00\x00\x01."s, 4'294'967'296}, Case{"\x8a\x01\x80."s, -128},
        Case{"\x8a\x00."s, 0}, Case{"\x88."s, 1}, Case{"\x89."s, 0},
        Case{"\x8b\x01\x00\x00\x00\x05."s, 5}}) {
    const Pickle pickle = Pickle::read(bytes, "file");
    EXPECT_EQ(pickle.root().kind, Kind::kNumber);
    EXPECT_EQ(pickle.root().number, value);
  }
}

TEST(Pickle, a_dictionary_of_lists_and_tuples) {
  // pickle.dumps({"a": [1, 2], "b": ("x", None)}, 2)
  const Pickle pickle =
      Pickle::read("\x80\x02}q\x00(X\x01\x00\x00\x00"s + "aq\x01]q\x02(K\x01K\x02" +
                       "eX\x01\x00\x00\x00"s + "bq\x03X\x01\x00\x00\x00"s + "xq\x04N\x86q\x05u.",
                   "file");
  const PickleObject* a = pickle.find(pickle.root(), "a");
  const PickleObject* b = pickle.find(pickle.root(), "b");
  ASSERT_NE(a, nullptr);
  ASSERT_NE(b, nullptr);
  ASSERT_EQ(a->items.size(), 2u);
  EXPECT_EQ(pickle.object(a->items[1]).number, 2);
  ASSERT_EQ(b->items.size(), 2u);
  EXPECT_EQ(pickle.object(b->items[0]).text, "x");
  EXPECT_EQ(pickle.object(b->items[1]).kind, Kind::kNone);
  EXPECT_EQ(pickle.find(pickle.root(), "c"), nullptr);
}

TEST(Pickle, what_follows_the_pickle_is_left) {
  EXPECT_EQ(Pickle::read("K\x07.rest"s, "file").bytes(), 3u);
}

TEST(Pickle, every_way_to_something_callable_is_refused_by_its_name) {
  EXPECT_THAT(complaint("cos\nsystem\n."s), HasSubstr("'os.system'"));
  EXPECT_THAT(complaint("\x8c\x08"s + "builtins\x8c\x04" + "eval\x93."),
              HasSubstr("'builtins.eval'"));
  EXPECT_THAT(complaint("ctorch\nload\n."s), HasSubstr("'torch.load'"));
  EXPECT_THAT(complaint("ctorch.storage\n_load_from_bytes\n."s),
              HasSubstr("'torch.storage._load_from_bytes'"));
  EXPECT_THAT(complaint("ccollections\nOrderedDict.__init__\n."s),
              HasSubstr("'collections.OrderedDict.__init__'"));
  EXPECT_THAT(complaint("c\x1b[31m\nred\n."s), HasSubstr("'?[31m.red'"));
  for (const char operation : {'i', 'o', '\x81', '\x92', '\x82', '\x83', '\x84', 'P', 'I', 'S'}) {
    EXPECT_THAT(complaint("N"s + operation + "os\nsystem\n."), HasSubstr("has the operation 0x"))
        << operation;
  }
}

TEST(Pickle, known_names_are_not_called_as_what_they_are_not) {
  EXPECT_THAT(complaint("ctorch\nFloatStorage\n)R."s), HasSubstr("'torch.FloatStorage()'"));
  EXPECT_THAT(complaint("ctorch\nfloat32\n)R."s), HasSubstr("'torch.float32()'"));
  EXPECT_THAT(complaint("K\x01)R."s), HasSubstr("calls something that isn't a function"));
  EXPECT_THAT(complaint("ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x02K\x03K\x04tR."s),
              HasSubstr("makes a tensor of no storage"));
}

TEST(Pickle, a_broken_one_is_refused) {
  EXPECT_THAT(complaint(""), HasSubstr("is cut at byte 0"));
  EXPECT_THAT(complaint("K"), HasSubstr("is cut"));
  EXPECT_THAT(complaint("."), HasSubstr("takes from an empty stack"));
  EXPECT_THAT(complaint("(."), HasSubstr("takes from an empty stack"));
  EXPECT_THAT(complaint("K\x01(0."s), HasSubstr("takes from an empty stack"));
  EXPECT_THAT(complaint("t."), HasSubstr("misses a mark"));
  EXPECT_THAT(complaint("h\x05."s), HasSubstr("takes up what it never kept"));
  EXPECT_THAT(complaint("K\x01K\x02s."s), HasSubstr("takes from an empty stack"));
  EXPECT_THAT(complaint("K\x01K\x02K\x03s."s), HasSubstr("isn't a container"));
  EXPECT_THAT(complaint("}(K\x01u."s), HasSubstr("isn't a container"));
  EXPECT_THAT(complaint("\x80\x06N."s), HasSubstr("protocol after 5"));
  EXPECT_THAT(complaint("X\xff\xff\xff\xff"s + "abc."), HasSubstr("is cut"));
  EXPECT_THAT(complaint("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"s + "abc."), HasSubstr("is cut"));
  EXPECT_THAT(complaint("Nb."s), HasSubstr("takes from an empty stack"));
  EXPECT_THAT(complaint("K\x01Nb."s), HasSubstr("sets the state of something"));
}

TEST(Pickle, a_cycle_does_no_harm) {
  const Pickle pickle = Pickle::read("]q\x00h\x00"s + "a.", "file");  // a list that holds itself
  ASSERT_EQ(pickle.root().items.size(), 1u);
  EXPECT_EQ(&pickle.object(pickle.root().items[0]), &pickle.root());
}

TEST(Pickle, a_deep_nest_does_no_harm) {
  std::string nest;
  nest.append(500'000, ']').append(499'999, 'a').append(".");
  EXPECT_EQ(Pickle::read(nest, "file").root().items.size(), 1u);
}

// `begin`, then the same operation two million times.
std::string repeated(std::string begin, char operation) {
  return begin.append(2'000'000, operation);
}

TEST(Pickle, little_that_would_become_much_is_refused) {
  EXPECT_THAT(complaint(repeated("", 'N')), HasSubstr("too many objects"));
  EXPECT_THAT(complaint(repeated("N", '2')), HasSubstr("a stack too large"));
  EXPECT_THAT(complaint(repeated("", '(')), HasSubstr("too many marks"));
  // A list of 3,000 pairs, and from it one dictionary after another.
  std::string many = "](";
  for (int i = 0; i < 3'000; ++i) many += "NN\x86";
  many += "e\x85q\x00"s;
  for (int i = 0; i < 10'000; ++i) many += "ccollections\nOrderedDict\nh\x00R"s;
  EXPECT_THAT(complaint(many), HasSubstr("too many items"));
}

}  // namespace
}  // namespace ag::weights
