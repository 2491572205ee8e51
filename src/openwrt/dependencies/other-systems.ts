/** Modules that other Pythons have in their standard libraries, and parts of CPython that OpenWrt leaves out: no project brings them. */

/** Whose a module is, in the words of a message. */
export interface OtherSystem {
  readonly whose: string;
  /** Code for it is not for a router: that a function of it imports is no fault. */
  readonly isForeign: boolean;
}

const SYSTEMS: readonly (readonly [whose: string, isForeign: boolean, modules: string])[] = [
  ['Python on Windows', true, 'winreg _winreg msvcrt _winapi winsound nt _overlapped msilib _msi'],
  ['Python on macOS', true, '_scproxy'],
  ['Jython, the Python of Java,', true, 'com java javax'],
  ['IronPython, the Python of .NET,', true, 'System'],
  [
    'Python 2',
    false,
    'BaseHTTPServer CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser MimeWriter Queue SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict UserList UserString __builtin__ anydbm cPickle cStringIO commands cookielib copy_reg dbhash dumbdbm dummy_thread exceptions future_builtins htmlentitydefs httplib md5 mimetools multifile popen2 rfc822 robotparser sets sha thread tkFileDialog tkMessageBox urllib2 urlparse whichdb xmlrpclib',
  ],
  ['the tests of CPython', false, 'test _testbuffer _testcapi _testinternalcapi _testmultiphase'],
  ['IDLE and the demos of CPython', false, 'idlelib turtledemo'],
];

const KNOWN = new Map<string, OtherSystem>(
  SYSTEMS.flatMap(([whose, isForeign, modules]) =>
    modules.split(' ').map((name) => [name, { whose, isForeign }] as const),
  ),
);

/** @param module name of the top */
export function otherSystemOf(module: string): OtherSystem | undefined {
  return KNOWN.get(module);
}
