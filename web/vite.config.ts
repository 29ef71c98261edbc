/// <reference types="vitest/config" />
// Builds the console and the component page into web/dist, which the program serves.
// Nothing is fetched while building or running; MapLibre stays in a chunk of its own.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const api = process.env.ANLAN_API ?? 'http://127.0.0.1:8400';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: ['index.html', 'components.html'] },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': api } },
  test: { include: ['kit/**/*.test.ts', 'console/**/*.test.ts'], environment: 'node' },
});
