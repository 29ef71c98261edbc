//! prevention
