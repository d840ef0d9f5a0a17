"""The schema, as numbered files: `NNNN_pre_*.sql` is safe under the old code, `NNNN_post_*.sql` needs the new one."""
