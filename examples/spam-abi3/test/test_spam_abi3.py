import os
import sysconfig
import threading
import unittest

import spam_abi3


class CountTest(unittest.TestCase):
    def test_counts_like_bytes_count(self):
        data = b"spam and eggs, spam, spamspam; sspam spa"
        for pattern in (b"spam", b"s", b"ss", b"spa", b"eggs", b"nothing", b"spam" * 20):
            self.assertEqual(spam_abi3.count(data, pattern), data.count(pattern), pattern)

    def test_refuses_what_it_cannot_do(self):
        self.assertRaises(ValueError, spam_abi3.count, b"data", b"")
        self.assertRaises(TypeError, spam_abi3.count, "text", b"t")
        self.assertRaises(TypeError, spam_abi3.count, bytearray(b"data"), b"a")

    def test_works_in_several_threads(self):
        data = b"spam " * 200000
        results = []
        threads = [threading.Thread(target=lambda: results.append(spam_abi3.count(data, b"am s"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, [199999] * 8)

    @unittest.skipIf(sysconfig.get_config_var("Py_GIL_DISABLED"), "free-threaded Pythons load no abi3 modules")
    def test_is_built_for_the_stable_abi(self):
        self.assertEqual(os.path.basename(spam_abi3.__file__), "spam_abi3.abi3.so")


if __name__ == "__main__":
    unittest.main()
