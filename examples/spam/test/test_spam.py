import threading
import unittest
from array import array

import spam


class CountTest(unittest.TestCase):
    def test_counts_like_bytes_count(self):
        data = b"spam and eggs, spam, spamspam; sspam spa"
        for pattern in (b"spam", b"s", b"ss", b"spa", b"eggs", b"nothing", b"spam" * 20):
            self.assertEqual(spam.count(data, pattern), data.count(pattern), pattern)
        self.assertEqual(spam.count(b"aaaaa", b"aa"), 2)
        self.assertEqual(spam.count(b"", b"a"), 0)

    def test_takes_any_buffer(self):
        self.assertEqual(spam.count(bytearray(b"abcabc"), memoryview(b"bc")), 2)

    def test_refuses_what_it_cannot_do(self):
        self.assertRaises(ValueError, spam.count, b"data", b"")
        self.assertRaises(TypeError, spam.count, "text", b"t")
        self.assertRaises(TypeError, spam.count, b"data")

    def test_holds_its_buffers_only_while_it_works(self):
        data = bytearray(b"spam")
        self.assertRaises(ValueError, spam.count, data, b"")
        spam.count(data, b"a")
        data.extend(b" resized")

    def test_works_in_several_threads(self):
        data = b"spam " * 200000
        results = []
        threads = [threading.Thread(target=lambda: results.append(spam.count(data, b"am s"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, [199999] * 8)


class MovingAverageTest(unittest.TestCase):
    def test_averages(self):
        self.assertEqual(spam.moving_average(array("d", [1, 2, 3, 4]), 2), [1.5, 2.5, 3.5])
        self.assertEqual(spam.moving_average(array("d", [1, 2, 3]), 1), [1.0, 2.0, 3.0])
        self.assertEqual(spam.moving_average(array("d", [1, 2, 3]), 3), [2.0])

    def test_keeps_no_rounding_errors(self):
        values = array("d", [1e16, 1.0, 1.0, 1.0, 1.0])
        self.assertEqual(spam.moving_average(values, 2)[1:], [1.0, 1.0, 1.0])

    def test_forgets_what_is_infinite(self):
        infinite = float("inf")
        self.assertEqual(spam.moving_average(array("d", [1, infinite, 2, 4]), 2), [infinite, infinite, 3.0])
        averages = spam.moving_average(array("d", [1, float("nan"), 2, 4]), 2)
        self.assertEqual([average == average for average in averages], [False, False, True])

    def test_refuses_what_it_cannot_do(self):
        values = array("d", [1, 2, 3])
        for window in (0, -1, 4):
            self.assertRaises(ValueError, spam.moving_average, values, window)
        for other in (array("f", [1]), b"12345678", [1.0]):
            self.assertRaises(TypeError, spam.moving_average, other, 1)
        self.assertRaises((BufferError, ValueError), spam.moving_average, memoryview(values)[::2], 1)

    def test_holds_its_buffer_only_while_it_works(self):
        values = array("d", [1, 2, 3])
        spam.moving_average(values, 2)
        self.assertRaises(ValueError, spam.moving_average, values, 4)
        values.append(4)


if __name__ == "__main__":
    unittest.main()
